"""Whoever changes history is found out, by position."""

from pathlib import Path

import apsw
import pytest
from tests.unit.engine.history.made import closed

from tradewind.engine.history import Broken, SqliteHistory, Verified, verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "history.sqlite"
    history = SqliteHistory(path)
    for number in range(1, 21):
        history.append([closed(number)])
    history.close()
    return path


def tamper(path: Path, *statements: str) -> Verified | Broken:
    file = apsw.Connection(str(path))
    file.execute("DROP TRIGGER history_is_never_changed")
    file.execute("DROP TRIGGER history_is_never_deleted")
    for statement in statements:
        file.execute(statement)
    file.close()
    return verify(path)


def test_an_untouched_history_is_verified(path: Path) -> None:
    verified = verify(path)
    assert isinstance(verified, Verified)
    assert (verified.head, len(verified.chain)) == (20, 64)


def test_an_empty_history_is_verified(tmp_path: Path) -> None:
    SqliteHistory(tmp_path / "empty.sqlite").close()
    assert verify(tmp_path / "empty.sqlite") == Verified(0, "00" * 32)


def test_a_history_can_be_verified_while_it_is_written(path: Path) -> None:
    history = SqliteHistory(path)
    history.append([closed(21)]).durable.result(timeout=10)
    verified = verify(path)
    assert isinstance(verified, Verified)
    assert verified.head == 21
    history.close()


@pytest.mark.parametrize(
    "change",
    [
        "body = x'7b226964223a22772d37222c2275705f746f223a392c226174223a377d'",
        "id = 'w-seven'",
        "kind = 'EventHandled'",
        "at = 8",
        "format = 2",
        "digest = zeroblob(32)",
        "chain = zeroblob(32)",
    ],
)
def test_any_changed_column_is_named_by_its_position(path: Path, change: str) -> None:
    found = tamper(path, f"UPDATE history SET {change} WHERE position = 7")
    assert isinstance(found, Broken)
    assert found.position == 7


def test_a_row_taken_out_is_found(path: Path) -> None:
    assert tamper(path, "DELETE FROM history WHERE position = 7") == Broken(7, "expected position 7, found 8")


def test_rows_taken_off_the_end_are_found(path: Path) -> None:
    found = tamper(path, "DELETE FROM history WHERE position > 18")
    assert found == Broken(19, "positions up to 20 were written and are gone")


def test_two_rows_that_changed_places_are_found(path: Path) -> None:
    found = tamper(
        path,
        "UPDATE history SET position = 100 WHERE position = 5",
        "UPDATE history SET position = 5 WHERE position = 6",
        "UPDATE history SET position = 6 WHERE position = 100",
    )
    assert isinstance(found, Broken)
    assert found.position == 5


def test_a_flipped_byte_in_a_body_is_found_wherever_it_is(path: Path) -> None:
    content = path.read_bytes()
    place = content.index(b'"id":"w-13"')
    for offset in (0, 6, 10):
        damaged = bytearray(content)
        damaged[place + offset] ^= 0x01
        path.write_bytes(damaged)
        found = verify(path)
        assert isinstance(found, Broken)
        assert found.position == 13
    path.write_bytes(content)
    assert isinstance(verify(path), Verified)


def test_a_file_that_is_no_history_any_more_is_broken_and_not_an_error(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[:100] = bytes(100)
    path.write_bytes(content)
    assert isinstance(verify(path), Broken)


def test_a_file_whose_writer_ended_before_it_made_its_table_is_an_empty_history(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    file = apsw.Connection(str(path))
    file.pragma("journal_mode", "wal")
    file.close()
    assert verify(path) == Verified(0, "00" * 32)
