"""Keys: hashed, scoped, seen live by another opener of the same file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tradewind.engine.service.keys import Keyring, KeysRefused


def test_a_made_key_opens_its_scopes_and_no_other(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "keys.sqlite")
    token = keyring.create(name="crm", scopes=("publish", "read"), now=1)
    assert keyring.scopes_of(token) == frozenset({"publish", "read"})


@pytest.mark.parametrize("spoil", ["", "tw_", "x", "tw__", "tw_000000000000_x", "\x00", "é"])
def test_a_wrong_token_opens_nothing(tmp_path: Path, spoil: str) -> None:
    keyring = Keyring(tmp_path / "keys.sqlite")
    token = keyring.create(name="crm", scopes=("read",), now=1)
    assert keyring.scopes_of(spoil) is None
    assert keyring.scopes_of(token + spoil) is None or spoil == ""
    assert keyring.scopes_of(token[:-1]) is None


def test_the_file_holds_no_token(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "keys.sqlite")
    token = keyring.create(name="crm", scopes=("read",), now=1)
    keyring.close()
    secret = token.split("_", 2)[2].encode()  # the secret may hold underscores itself
    assert len(secret) >= 40
    assert all(secret not in file.read_bytes() for file in tmp_path.iterdir())
    assert (tmp_path / "keys.sqlite").stat().st_mode & 0o077 == 0


def test_a_running_keyring_sees_a_key_made_and_revoked_elsewhere(tmp_path: Path) -> None:
    running = Keyring(tmp_path / "keys.sqlite")
    assert running.scopes_of("tw_x_y") is None
    elsewhere = Keyring(tmp_path / "keys.sqlite")
    token = elsewhere.create(name="late", scopes=("decide",), now=1)
    assert running.scopes_of(token) == frozenset({"decide"})
    elsewhere.revoke(name_or_id="late", now=2)
    assert running.scopes_of(token) is None


def test_revoking_ends_every_standing_key_of_a_name_and_keeps_the_row(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "keys.sqlite")
    for _ in range(2):
        keyring.create(name="web", scopes=("decide",), now=1)
    other = keyring.create(name="other", scopes=("decide",), now=1)
    assert len(keyring.revoke(name_or_id="web", now=5)) == 2
    assert [key.revoked_at for key in keyring.listed() if key.name == "web"] == [5, 5]
    assert keyring.scopes_of(other) == frozenset({"decide"})
    with pytest.raises(KeysRefused):
        keyring.revoke(name_or_id="web", now=6)


@pytest.mark.parametrize(("name", "scopes"), [("x", ()), ("x", ("root",)), (" ", ("read",))])
def test_a_key_needs_a_name_and_known_scopes(tmp_path: Path, name: str, scopes: tuple[str, ...]) -> None:
    with pytest.raises(KeysRefused):
        Keyring(tmp_path / "keys.sqlite").create(name=name, scopes=scopes, now=1)


def test_a_key_revoked_by_another_process_opens_nothing_from_then_on(tmp_path: Path) -> None:
    running = Keyring(tmp_path / "keys.sqlite")
    token = running.create(name="late", scopes=("decide",), now=1)
    for _ in range(3):
        assert running.scopes_of(token) == frozenset({"decide"})
    _elsewhere(tmp_path, "keyring.revoke(name_or_id='late', now=2)")
    assert running.scopes_of(token) is None


def test_a_keyring_goes_on_seeing_other_processes_when_another_of_this_one_is_closed(tmp_path: Path) -> None:
    running = Keyring(tmp_path / "keys.sqlite")
    token = running.create(name="first", scopes=("decide",), now=1)
    Keyring(tmp_path / "keys.sqlite").close()
    _elsewhere(tmp_path, "keyring.create(name='second', scopes=('read',), now=2)")
    assert running.scopes_of(token) == frozenset({"decide"})
    assert [key.name for key in running.listed()] == ["first", "second"]
    _elsewhere(tmp_path, "keyring.revoke(name_or_id='first', now=3)")
    assert running.scopes_of(token) is None


def _elsewhere(folder: Path, change: str) -> None:
    """Change the keys in another process."""
    program = (
        "import pathlib, sys; from tradewind.engine.service.keys import Keyring; "
        f"keyring = Keyring(pathlib.Path(sys.argv[1])); {change}; keyring.close()"
    )
    subprocess.run([sys.executable, "-c", program, str(folder / "keys.sqlite")], check=True)
