"""Rules laid out as rows of numbers for the kernel.

Truths stand in one vector: predicates that compare numbers, by input and sign; those that look up texts and truth
values, by input; those whose truth is given (fixed, or found by the tree); then `!`, `&&` and `||`, from the inmost.
A program is one list of unsigned numbers:

- the header: how many truths, groups of comparisons and looked-up inputs; where given truths and batches begin;
- for each group of comparisons: slot, sign, first and last truth;
- for each looked-up input: slot, first and last truth, number of codes, and where each code's exceptions begin;
- the exceptions: a truth's place times four, plus its value for this code;
- the number of batches, and for each: how it combines, number of terms, how many there are, their first truth, and
  the places of all first terms, then of all second terms, and so on;
- the place of each rule's truth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.conditions import kernels
from tradewind.engine.core.conditions.encoding import Encoder, Reading
from tradewind.engine.core.conditions.rows import Comparison, Lookup, Row, row_of
from tradewind.engine.core.conditions.tree import And, Expr, Not, Or, children

_SIGNS: Final = {
    "==": kernels.EQUAL,
    "!=": kernels.UNEQUAL,
    "<": kernels.LESS,
    "<=": kernels.AT_MOST,
    ">": kernels.MORE,
    ">=": kernels.AT_LEAST,
}
_COMBINED: Final[Mapping[type, int]] = {Not: kernels.NOT, And: kernels.AND, Or: kernels.OR}


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """`predicates` are in the order of their truths; the truths of those from `first_given` on are given.

    `for_given` is the same program for when every predicate's truth is given.
    """

    encoder: Encoder
    predicates: tuple[Expr, ...]
    first_given: int
    literals: NDArray[np.float64]
    defaults: NDArray[np.int8]
    numbers: NDArray[np.uint32]
    for_given: NDArray[np.uint32]

    @classmethod
    def of(cls, expressions: Sequence[Expr], readings: Mapping[str, Reading] = MappingProxyType({})) -> Program:
        """The program of conditions, in whose order the kernel answers; `readings` are encoded besides."""
        depths: dict[Expr, int] = {}
        for expr in expressions:
            _measure(expr, depths)
        return _Layout(depths, readings).program(expressions)


class _Layout:
    def __init__(self, depths: Mapping[Expr, int], readings: Mapping[str, Reading]) -> None:
        rows = {expr: row_of(expr) for expr, depth in depths.items() if depth == 0}
        compared = {expr: row for expr, row in rows.items() if isinstance(row, Comparison)}
        self.looked_up = {expr: row for expr, row in rows.items() if isinstance(row, Lookup)}
        self.encoder = _encoder(rows.values(), readings)
        self.groups = _grouped(compared, lambda row: (row.key, row.sign))
        self.inputs = _grouped(self.looked_up, lambda row: row.key)
        self.predicates = [
            *(expr for group in self.groups.values() for expr in group),
            *(expr for group in self.inputs.values() for expr in group),
            *(expr for expr, row in rows.items() if row is None),
        ]
        self.first_given = len(compared) + len(self.looked_up)
        self.literals = np.array([compared[expr].literal for expr in self.predicates[: len(compared)]], np.float64)
        self.batches = _batches(depths)
        ordered = [*self.predicates, *(expr for batch in self.batches.values() for expr in batch)]
        self.places = {expr: place for place, expr in enumerate(ordered)}

    def program(self, expressions: Sequence[Expr]) -> Program:
        tests = [*self.comparisons(), *self.lookups()]
        numbers = [
            *(len(self.places), len(self.groups), len(self.inputs)),
            *(self.first_given, kernels.HEADER + len(tests)),
            *tests,
            *(len(self.batches), *self.combinations()),
            *(self.places[expr] for expr in expressions),
        ]
        without_tests = [numbers[0], 0, 0, 0, *numbers[4:]]
        return Program(
            encoder=self.encoder,
            predicates=tuple(self.predicates),
            first_given=self.first_given,
            literals=self.literals,
            defaults=self.defaults(),
            numbers=np.array(numbers, np.uint32),
            for_given=np.array(without_tests, np.uint32),
        )

    def comparisons(self) -> list[int]:
        return [
            number
            for (key, sign), group in self.groups.items()
            for number in (self.encoder.slots[key, True], _SIGNS[sign], *self.span(group))
        ]

    def span(self, group: Sequence[Expr]) -> tuple[int, int]:
        first = self.places[group[0]]
        return first, first + len(group)

    def lookups(self) -> list[int]:
        """What stands for looked-up inputs, and behind it the exceptions of all of them."""
        after = kernels.HEADER + 4 * len(self.groups)
        begins = after + sum(5 + self.codes(key) for key in self.inputs)
        found: list[int] = []
        exceptions: list[int] = []
        for key, group in self.inputs.items():
            of_code = self.exceptions(key, group)
            found += (self.encoder.slots[key, False], *self.span(group), len(of_code))
            for each in of_code:
                found.append(begins + len(exceptions))
                exceptions += each
            found.append(begins + len(exceptions))
        return found + exceptions

    def codes(self, key: str) -> int:
        return len(self.encoder.codes[key]) - 1  # one is that of a missing value

    def exceptions(self, key: str, group: Sequence[Expr]) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in range(self.codes(key))]
        for expr in group:
            for value, truth in self.looked_up[expr].truths:
                found[int(self.encoder.codes[key][value])].append(4 * self.places[expr] + truth)
        return found

    def defaults(self) -> NDArray[np.int8]:
        found = np.zeros((2, len(self.places)), np.int8)
        for expr, row in self.looked_up.items():
            found[:, self.places[expr]] = row.missing, row.other
        return found.reshape(-1)

    def combinations(self) -> list[int]:
        found: list[int] = []
        for (_, combine, terms), batch in self.batches.items():
            found += (combine, terms, len(batch), self.places[batch[0]])
            parts = [[self.places[part] for part in children(expr)] for expr in batch]
            found += (part for column in zip(*parts, strict=True) for part in column)
        return found


def _encoder(rows: Iterable[Row | None], readings: Mapping[str, Reading]) -> Encoder:
    numbers: dict[str, None] = {}
    coded: dict[str, dict[str | bool, None]] = {}
    makers: dict[str, Callable[[Any], float]] = {}
    for row in rows:
        match row:
            case Comparison():
                numbers[row.key] = None
            case Lookup():
                coded.setdefault(row.key, {}).update(dict.fromkeys(value for value, _ in row.truths))
    for key, reading in readings.items():
        if reading is None:
            numbers[key] = None
        elif callable(reading):
            makers[key] = reading
        else:
            coded.setdefault(key, {}).update(dict.fromkeys(reading))
    return Encoder.of(numbers, {key: tuple(values) for key, values in coded.items()}, makers)


def _grouped[R, K](rows: Mapping[Expr, R], key: Callable[[R], K]) -> dict[K, list[Expr]]:
    found: dict[K, list[Expr]] = {}
    for expr, row in rows.items():
        found.setdefault(key(row), []).append(expr)
    return found


def _measure(expr: Expr, depths: dict[Expr, int]) -> int:
    """How many combining levels lie below each distinct part; predicates have none."""
    if expr not in depths:
        combining = isinstance(expr, And | Or | Not)
        depths[expr] = 1 + max(_measure(part, depths) for part in children(expr)) if combining else 0
    return depths[expr]


def _batches(depths: Mapping[Expr, int]) -> dict[tuple[int, int, int], list[Expr]]:
    """What is combined at once, by depth, how, and from how many terms; the inmost first."""
    found: defaultdict[tuple[int, int, int], list[Expr]] = defaultdict(list)
    for expr, depth in depths.items():
        if depth:
            found[depth, _COMBINED[type(expr)], len(children(expr))].append(expr)
    return dict(sorted(found.items()))
