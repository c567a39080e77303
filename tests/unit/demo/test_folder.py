"""The demo's data folder: one demo at a time, keys that open and that only their owner reads."""

import json
import stat
import time
from pathlib import Path

import pytest

from tradewind.cli.demo import folder
from tradewind.engine.service.keys import SCOPES, Keyring


def scopes_of(data: Path, token: str) -> frozenset[str]:
    keyring = Keyring(data / "keys.sqlite")
    try:
        return keyring.scopes_of(token) or frozenset()
    finally:
        keyring.close()


def test_there_is_a_key_per_scope_that_opens_just_that(tmp_path: Path) -> None:
    web = folder.keys(tmp_path)
    kept = json.loads((tmp_path / "engine-keys.json").read_text())
    assert set(kept) == set(SCOPES)
    assert all(scopes_of(tmp_path, key) == {scope} for scope, key in kept.items())
    assert scopes_of(tmp_path, web) == {"publish", "decide", "read"}


def test_the_files_with_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder.keys(tmp_path)
    for name in ("engine-keys.json", "web-engine-key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_second_start_keeps_the_keys(tmp_path: Path) -> None:
    web = folder.keys(tmp_path)
    before = (tmp_path / "engine-keys.json").read_bytes()
    assert folder.keys(tmp_path) == web
    assert (tmp_path / "engine-keys.json").read_bytes() == before


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"publish": "tw_x_y"}'])
def test_keys_that_no_longer_open_are_made_again(tmp_path: Path, damage: str) -> None:
    folder.keys(tmp_path)
    (tmp_path / "engine-keys.json").write_text(damage)
    folder.keys(tmp_path)
    kept = json.loads((tmp_path / "engine-keys.json").read_text())
    assert all(scopes_of(tmp_path, key) == {scope} for scope, key in kept.items())


def test_a_revoked_key_of_the_web_is_replaced(tmp_path: Path) -> None:
    web = folder.keys(tmp_path)
    keyring = Keyring(tmp_path / "keys.sqlite")
    keyring.revoke(name_or_id="demo-web", now=int(time.time()))
    keyring.close()
    assert folder.keys(tmp_path) != web


def test_a_folder_is_held_by_one_demo_at_a_time(tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    with folder.held(demo, engine_url="http://one"):
        with pytest.raises(folder.FolderTaken), folder.held(demo, engine_url="http://two"):
            pass
        assert folder.running(demo) == "http://one"
    with folder.held(demo, engine_url="http://3"):
        assert folder.running(demo) == "http://3"


def test_nobody_runs_on_a_folder_that_was_let_go_or_never_held(tmp_path: Path) -> None:
    assert folder.running(tmp_path / "nowhere") is None
    with folder.held(tmp_path, engine_url="http://one"):
        pass
    assert folder.running(tmp_path) is None


def test_a_folder_that_is_held_but_not_described_yet_is_not_running(tmp_path: Path) -> None:
    with folder.held(tmp_path, engine_url="http://one"):
        (tmp_path / folder.LOCK_FILE).write_text("")
        assert folder.running(tmp_path) is None
