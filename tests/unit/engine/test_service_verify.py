"""Verify folds history once more and holds every snapshot to it."""

from pathlib import Path

import pytest
from tests.unit.engine.history.made import closed

from tradewind.engine.core.state import State, apply
from tradewind.engine.history import Snapshots, SqliteHistory
from tradewind.engine.service.folder import Folder
from tradewind.engine.service.verify import BROKEN, NOTHING_THERE, WHOLE, verify_folder


def test_a_snapshot_is_held_to_what_history_folds_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_folder(tmp_path) == NOTHING_THERE
    folder, state = Folder(tmp_path), State.empty()
    history = SqliteHistory(folder.history)
    history.append([closed(number) for number in range(1, 11)])
    for number in range(1, 8):
        state = apply(state, number, closed(number))
    history.close()
    chain = SqliteHistory(folder.history)
    kept = Snapshots(folder.snapshots).write(state, chain=chain._chain_at(7))
    chain.close()
    assert verify_folder(tmp_path) == WHOLE
    raw = bytearray(kept.read_bytes())
    raw[-40] ^= 1
    kept.write_bytes(raw)
    assert verify_folder(tmp_path) == BROKEN
    assert kept.name in capsys.readouterr().err
