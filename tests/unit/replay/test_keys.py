"""The file with an engine's keys."""

import json
from pathlib import Path

import pytest

from tradewind.cli.replay.run import KeysUnusable, read_keys


def test_keys_are_read_by_scope_and_others_are_ignored(tmp_path: Path) -> None:
    file = tmp_path / "engine-keys.json"
    file.write_text(json.dumps({"publish": "p", "decide": "d", "read": "r", "admin": "a"}))
    assert read_keys(file) == {"publish": "p", "decide": "d", "read": "r"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"publish": "p", "decide": "d"}', '{"publish": 1}'])
def test_a_file_that_lacks_a_key_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "engine-keys.json"
    file.write_text(text)
    with pytest.raises(KeysUnusable):
        read_keys(file)


def test_an_absent_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="nowhere"):
        read_keys(tmp_path / "nowhere.json")
