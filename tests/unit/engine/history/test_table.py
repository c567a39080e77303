"""Rows as they lie in the file: each is tied to all before it."""

import struct
from dataclasses import replace
from hashlib import sha256

from tests.unit.engine.history.made import closed

from tradewind.engine.history.table import GENESIS, Row, chained, link


def rows(count: int) -> list[Row]:
    values, _ = chained(((number, closed(number)) for number in range(1, count + 1)), GENESIS)
    return [Row.read(values[start : start + 8]) for start in range(0, len(values), 8)]


def test_rows_that_were_chained_fit_each_other() -> None:
    previous = GENESIS
    for position, row in enumerate(rows(3), start=1):
        assert row.wrong(position, previous) is None
        assert row.stored() == (position, closed(position))
        previous = row.chain


def test_what_is_chained_in_two_goes_is_what_is_chained_in_one() -> None:
    whole, last = chained([(1, closed(1)), (2, closed(2))], GENESIS)
    first, chain = chained([(1, closed(1))], GENESIS)
    second, chain = chained([(2, closed(2))], chain)
    assert (first + second, chain) == (whole, last)


def test_the_chain_of_a_row_covers_the_one_before_it() -> None:
    first, second = rows(2)
    assert second.wrong(2, replace(first, chain=GENESIS).chain) == "the row does not fit the chain"


def test_the_chain_is_over_every_part_behind_its_length_in_eight_bytes() -> None:
    parts = (GENESIS, b"7", "ä-1".encode() * 100, b"WindowsClosed", b"1", b"1772000000", bytes(range(32)))
    expected = sha256(b"".join(struct.pack(">Q", len(part)) + part for part in parts)).digest()
    assert link(GENESIS, (7, "ä-1" * 100, "WindowsClosed", 1, 1_772_000_000), bytes(range(32))) == expected
