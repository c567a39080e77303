"""The loop over all predicates and all rules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel
from tradewind.engine.core.conditions.encoding import MISSING_BITS, MISSING_CODE

EQUAL, UNEQUAL, LESS, AT_MOST, MORE, AT_LEAST = range(6)
NOT, AND, OR = range(3)
HEADER = 5

Floats = NDArray[np.float64]
Truths = NDArray[np.int8]
Numbers = NDArray[np.uint32]


@inlined
def _compare(  # noqa: C901, PLR0917 - the six signs
    sign: int, value: float, literals: Floats, begin: int, end: int, truths: Truths
) -> None:
    """One loop a sign, so that each becomes vector instructions."""
    if sign == EQUAL:
        for i in range(begin, end):
            truths[i] = 2 * (value == literals[i])
    elif sign == UNEQUAL:
        for i in range(begin, end):
            truths[i] = 2 * (value != literals[i])
    elif sign == LESS:
        for i in range(begin, end):
            truths[i] = 2 * (value < literals[i])
    elif sign == AT_MOST:
        for i in range(begin, end):
            truths[i] = 2 * (value <= literals[i])
    elif sign == MORE:
        for i in range(begin, end):
            truths[i] = 2 * (value > literals[i])
    else:
        for i in range(begin, end):
            truths[i] = 2 * (value >= literals[i])


@inlined
def _same(truth: int, begin: int, end: int, truths: Truths) -> None:
    for i in range(begin, end):
        truths[i] = truth


@inlined
def _compare_all(vector: Floats, literals: Floats, program: Numbers, truths: Truths) -> None:
    bits = vector.view(np.int64)
    for group in range(program[1]):
        at = HEADER + 4 * group
        slot, sign, begin, end = program[at], program[at + 1], program[at + 2], program[at + 3]
        value = vector[slot]
        if bits[slot] == MISSING_BITS:
            _same(1, begin, end, truths)
        elif value != value:  # noqa: PLR0124 - NaN: equal to nothing and without order
            _same(0 if sign == EQUAL else 2 if sign == UNEQUAL else 1, begin, end, truths)
        else:
            _compare(sign, value, literals, begin, end, truths)


@inlined
def _look_up_all(vector: Floats, defaults: Truths, program: Numbers, truths: Truths) -> None:
    at = HEADER + 4 * program[1]
    for _ in range(program[2]):
        slot, begin, end, codes = program[at], program[at + 1], program[at + 2], program[at + 3]
        code = int(vector[slot])
        row = 0 if code == MISSING_CODE else program[0]
        for i in range(begin, end):
            truths[i] = defaults[row + i]
        at += 4
        if code >= 0:
            for i in range(program[at + code], program[at + code + 1]):
                truths[program[i] >> 2] = program[i] & 3
        at += codes + 1


@inlined
def _all(parts: Numbers, terms: int, count: int, out: int, truths: Truths) -> None:
    for i in range(count):
        truths[out + i] = min(truths[parts[i]], truths[parts[count + i]])
    for term in range(2, terms):
        for i in range(count):
            truths[out + i] = min(truths[out + i], truths[parts[term * count + i]])


@inlined
def _any(parts: Numbers, terms: int, count: int, out: int, truths: Truths) -> None:
    for i in range(count):
        truths[out + i] = max(truths[parts[i]], truths[parts[count + i]])
    for term in range(2, terms):
        for i in range(count):
            truths[out + i] = max(truths[out + i], truths[parts[term * count + i]])


@inlined
def _combine_all(program: Numbers, truths: Truths) -> int:
    """Returns where the batches end."""
    at: int = program[4] + 1
    for _ in range(program[at - 1]):
        combine, terms, count, out = program[at], program[at + 1], program[at + 2], program[at + 3]
        at += 4
        parts = program[at : at + terms * count]
        if combine == AND:
            _all(parts, terms, count, out, truths)
        elif combine == OR:
            _any(parts, terms, count, out, truths)
        else:
            for i in range(count):
                truths[out + i] = 2 - truths[parts[i]]
        at += terms * count
    return at


@kernel("void(f8[::1], i1[::1], f8[::1], i1[::1], u4[::1], i1[::1])")
def answer(  # noqa: PLR0917 - a kernel takes its arrays in order
    vector: Floats, given: Truths, literals: Floats, defaults: Truths, program: Numbers, answers: Truths
) -> None:
    """Fill `answers` with the truth of every rule: 0 false, 1 unknown, 2 true.

    Args:
        vector: the inputs as the encoder makes them.
        given: truths that were found elsewhere.
        literals: for each predicate that compares numbers, what its input is compared with.
        defaults: for each truth of a looked-up predicate its value where the input is missing; then the same
            where it is known and has no truth of its own.
        program: as `Program` lays it out; unsigned, since an index that may be negative costs twice as much.
        answers: one for each rule.
    """
    truths = np.empty(program[0], np.int8)
    for i in range(len(given)):
        truths[program[3] + i] = given[i]
    _compare_all(vector, literals, program, truths)
    _look_up_all(vector, defaults, program, truths)
    roots = program[_combine_all(program, truths) :]
    for i in range(len(answers)):
        answers[i] = truths[roots[i]]
