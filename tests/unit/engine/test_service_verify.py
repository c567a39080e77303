"""Verify folds history once more and holds every snapshot to it."""

from pathlib import Path

import pytest
from tests.unit.engine.history.made import closed

from tradewind.engine.core.events import PublicationActivated
from tradewind.engine.core.offers import digest_of
from tradewind.engine.core.state import State, apply
from tradewind.engine.history import Snapshots, SqliteHistory, Stored
from tradewind.engine.history.folder import Folder
from tradewind.engine.service.verify import BROKEN, NOTHING_THERE, WHOLE, Refold, verify_folder


def kept_at_seven(folder: Folder) -> Path:
    """The snapshot at position 7 of a history of ten facts."""
    state = State.empty()
    history = SqliteHistory(folder.history)
    history.append([closed(number) for number in range(1, 11)]).durable.result()
    for number in range(1, 8):
        state = apply(state, number, closed(number))
    kept = Snapshots(folder.snapshots).write(state, chain=history._chain_at(7))
    history.close()
    return kept


def test_a_snapshot_is_held_to_what_history_folds_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_folder(tmp_path) == NOTHING_THERE
    kept = kept_at_seven(Folder(tmp_path))
    assert verify_folder(tmp_path) == WHOLE
    raw = bytearray(kept.read_bytes())
    raw[-40] ^= 1
    kept.write_bytes(raw)
    assert verify_folder(tmp_path) == BROKEN
    assert kept.name in capsys.readouterr().err


def test_a_publication_that_cannot_be_read_is_reported_with_its_position(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = SqliteHistory(Folder(tmp_path).history)
    history.append([PublicationActivated(id="p", number=1, digest=digest_of("[]"), document="[]", at=1)])
    history.close()
    assert verify_folder(tmp_path) == BROKEN
    assert "is no publication" in capsys.readouterr().err


def test_a_snapshot_of_another_version_is_named_and_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_at_seven(Folder(tmp_path))
    monkeypatch.setattr("tradewind.engine.history.snapshots.FOLD", 1_000)
    assert verify_folder(tmp_path) == WHOLE
    assert f"snapshot {kept.name} was not compared" in capsys.readouterr().out


def test_a_snapshot_that_a_running_engine_lets_go_meanwhile_is_no_fault(tmp_path: Path) -> None:
    kept = kept_at_seven(Folder(tmp_path))
    refold = Refold(Folder(tmp_path))
    kept.unlink()
    for number in range(1, 11):
        assert refold.follow(Stored(number, closed(number))) is None
    assert not refold.faults
