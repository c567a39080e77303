"""Many conditions evaluated together: every distinct predicate once, then combined.

Truth is kept as 0 (false), 1 (unknown) and 2 (true), so `&&` is a minimum, `||` a maximum and `!`
the distance from 2 (Kleene's strong three-valued logic).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.conditions import kernels
from tradewind.engine.core.conditions.encoding import Encoder, Reading, Unfit
from tradewind.engine.core.conditions.evaluating import evaluate
from tradewind.engine.core.conditions.history import HistoryCall, asks_for_now, history_calls
from tradewind.engine.core.conditions.program import Program
from tradewind.engine.core.conditions.rows import constant, spelt_out, truth
from tradewind.engine.core.conditions.tree import Expr
from tradewind.engine.core.conditions.values import UNKNOWN

Truths = NDArray[np.int8]
Vector = NDArray[np.float64]

_ANSWERS: Final[tuple[bool | None, ...]] = (False, None, True)
_NO_VECTOR: Final = np.zeros(0, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Compiled conditions.

    What `history` asks for, and the instant of the event if `asks_for_now`, must be among the inputs.
    """

    history: tuple[HistoryCall, ...]
    history_keys: tuple[str, ...]
    asks_for_now: bool
    _size: int
    _program: Program
    _fixed: Truths
    _by_tree: tuple[tuple[int, Expr], ...]

    @classmethod
    def compile(cls, expressions: Sequence[Expr], readings: Mapping[str, Reading] = MappingProxyType({})) -> Rules:
        """Conditions that were checked, in the order in which `evaluate` answers; `readings` come into the vector."""
        history = tuple(dict.fromkeys(call for expr in expressions for call in history_calls(expr)))
        program = Program.of([spelt_out(expr) for expr in expressions], readings)
        given = program.predicates[program.first_given :]
        worth = [constant(expr) for expr in given]
        return cls(
            history=history,
            history_keys=tuple(call.key for call in history),
            asks_for_now=any(asks_for_now(expr) for expr in expressions),
            _size=len(expressions),
            _program=program,
            _fixed=np.array([truth(value) for value in worth], np.int8),
            _by_tree=tuple((at, expr) for at, expr in enumerate(given) if worth[at] is UNKNOWN),
        )

    @property
    def predicates(self) -> tuple[Expr, ...]:
        """The distinct parts that `&&`, `||` and `!` combine."""
        return self._program.predicates

    def evaluate(self, context: Mapping[str, Any]) -> Sequence[bool | None]:
        """One answer per expression: true, false, or None where a missing attribute leaves it open."""
        return tuple(map(_ANSWERS.__getitem__, self.truths(context).tolist()))

    @property
    def encoder(self) -> Encoder:
        """Where what is in the vector."""
        return self._program.encoder

    def truths(self, context: Mapping[str, Any]) -> Truths:
        """The same as a vector: 0 false, 1 unknown, 2 true."""
        return self.read(context)[1]

    def read(self, context: Mapping[str, Any]) -> tuple[Vector, Truths]:
        """The inputs as the encoder has them, and the truths; nothing of the inputs where one of them is unfit."""
        program, answers = self._program, np.empty(self._size, np.int8)
        try:
            vector = program.encoder.encode(context)
        except Unfit:
            given = np.array([truth(evaluate(expr, context)) for expr in program.predicates], np.int8)
            run = kernels.answer.run
            run(_NO_VECTOR, given, program.literals, program.defaults, program.for_given, answers)
            return program.encoder.nothing, answers
        given = self._given(context) if self._by_tree else self._fixed
        kernels.answer.run(vector, given, program.literals, program.defaults, program.numbers, answers)
        return vector, answers

    def _given(self, context: Mapping[str, Any]) -> Truths:
        given = self._fixed.copy()
        for at, expr in self._by_tree:
            given[at] = truth(evaluate(expr, context))
        return given
