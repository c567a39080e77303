"""Many conditions evaluated together: every distinct predicate once, then combined as vectors.

Truth is kept as 0 (false), 1 (unknown) and 2 (true), so `&&` is a minimum, `||` a maximum and `!`
the distance from 2 (Kleene's strong three-valued logic).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.conditions.evaluating import evaluate
from tradewind.engine.core.conditions.history import HistoryCall, asks_for_now, history_calls
from tradewind.engine.core.conditions.tree import And, Expr, Not, Or, children

Truths = NDArray[np.int8]
Slots = NDArray[np.intp]

_FALSE, _UNKNOWN, _TRUE = 0, 1, 2
_ANSWERS: Final[tuple[bool | None, ...]] = (False, None, True)


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """All `&&`, `||` or `!` of one depth: `slots` are filled from `parts`, term lists begin at `starts`."""

    combine: str
    slots: Slots
    parts: Slots
    starts: Slots

    def apply(self, truths: Truths) -> None:
        values = truths[self.parts]
        if self.combine == "not":
            truths[self.slots] = _TRUE - values
        elif self.combine == "and":
            truths[self.slots] = np.minimum.reduceat(values, self.starts)
        else:
            truths[self.slots] = np.maximum.reduceat(values, self.starts)


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Compiled conditions. `predicates` are the distinct parts that are evaluated one by one.

    What `history` asks for, and the instant of the event if `asks_for_now`, must be among the inputs.
    """

    predicates: tuple[Expr, ...]
    history: tuple[HistoryCall, ...]
    history_keys: tuple[str, ...]
    asks_for_now: bool
    _size: int
    _levels: tuple[_Level, ...]
    _roots: Slots

    @classmethod
    def compile(cls, expressions: Sequence[Expr]) -> Rules:
        """Conditions that were checked, in the order in which `evaluate` answers."""
        depths: dict[Expr, int] = {}
        for expr in expressions:
            _measure(expr, depths)
        ordered = sorted(depths, key=depths.__getitem__)
        slots = {expr: slot for slot, expr in enumerate(ordered)}
        history = tuple(dict.fromkeys(call for expr in expressions for call in history_calls(expr)))
        return cls(
            predicates=tuple(expr for expr in ordered if depths[expr] == 0),
            history=history,
            history_keys=tuple(call.key for call in history),
            asks_for_now=any(asks_for_now(expr) for expr in expressions),
            _size=len(slots),
            _levels=_levels(depths, slots),
            _roots=np.array([slots[expr] for expr in expressions], dtype=np.intp),
        )

    def evaluate(self, context: Mapping[str, Any]) -> Sequence[bool | None]:
        """One answer per expression: true, false, or None where a missing attribute leaves it open."""
        return tuple(map(_ANSWERS.__getitem__, self.truths(context).tolist()))

    def truths(self, context: Mapping[str, Any]) -> Truths:
        """The same as a vector: 0 false, 1 unknown, 2 true."""
        truths = np.full(self._size, _UNKNOWN, dtype=np.int8)
        truths[: len(self.predicates)] = [_truth(evaluate(expr, context)) for expr in self.predicates]
        for level in self._levels:
            level.apply(truths)
        return truths[self._roots]


def _truth(value: Any) -> int:
    return _TRUE if value is True else _FALSE if value is False else _UNKNOWN


def _measure(expr: Expr, depths: dict[Expr, int]) -> int:
    """How many combining levels lie below each distinct part; predicates have none."""
    if expr not in depths:
        combining = isinstance(expr, And | Or | Not)
        depths[expr] = 1 + max(_measure(part, depths) for part in children(expr)) if combining else 0
    return depths[expr]


def _levels(depths: Mapping[Expr, int], slots: Mapping[Expr, int]) -> tuple[_Level, ...]:
    found: dict[tuple[int, str], list[Expr]] = defaultdict(list)
    for expr, depth in depths.items():
        if depth:
            found[depth, type(expr).__name__.lower()].append(expr)
    return tuple(_level(combine, found[depth, combine], slots) for depth, combine in sorted(found))


def _level(combine: str, exprs: Sequence[Expr], slots: Mapping[Expr, int]) -> _Level:
    terms = [[slots[part] for part in children(expr)] for expr in exprs]
    return _Level(
        combine=combine,
        slots=np.array([slots[expr] for expr in exprs], dtype=np.intp),
        parts=np.array([slot for one in terms for slot in one], dtype=np.intp),
        starts=np.cumsum([0, *(len(one) for one in terms[:-1])], dtype=np.intp),
    )
