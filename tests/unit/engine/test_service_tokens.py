"""Decision tokens: genuine ones carry their position, forged ones carry nothing."""

from __future__ import annotations

import base64
import hmac
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind.engine.history import Entropy
from tradewind.engine.service.tokens import Tokens, secret_in

TOKENS = Tokens(b"s" * 32, Entropy())


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1))
def test_a_token_carries_its_position(position: int) -> None:
    assert TOKENS.position_of(TOKENS.mint(position)) == position


def test_a_token_ends_with_the_mac_of_what_stands_before_it() -> None:
    raw = base64.urlsafe_b64decode(TOKENS.mint(5) + "==")
    assert raw[16:] == hmac.digest(b"s" * 32, raw[:16], "sha256")[:12]


def test_two_tokens_of_one_position_differ() -> None:
    assert len({TOKENS.mint(7) for _ in range(100)}) == 100


@settings(deadline=None)
@given(st.integers(0, 37), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
def test_a_token_with_any_letter_changed_is_refused(index: int, letter: str) -> None:
    token = TOKENS.mint(88123)
    forged = token[:index] + letter + token[index + 1 :]
    assert forged == token or TOKENS.position_of(forged) is None


@pytest.mark.parametrize("token", ["", "x", "=" * 38, "é" * 38, "A" * 38, "A" * 1000], ids=len)
def test_what_is_no_token_is_refused(token: str) -> None:
    assert TOKENS.position_of(token) is None


def test_a_token_has_one_spelling() -> None:
    assert TOKENS.position_of(TOKENS.mint(1) + "=") is None


def test_another_engine_does_not_take_it() -> None:
    assert Tokens(b"t" * 32, Entropy()).position_of(TOKENS.mint(1)) is None


def test_the_secret_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    first = secret_in(tmp_path / "secret")
    assert len(first) == 32
    assert secret_in(tmp_path / "secret") == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


@settings(deadline=None)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=50))
def test_entropy_gives_what_is_asked_for_and_never_the_same_twice(counts: list[int]) -> None:
    entropy = Entropy()
    taken = [entropy.take(count) for count in counts]
    assert [len(part) for part in taken] == counts
    long = [part for part in taken if len(part) >= 16]
    assert len(set(long)) == len(long)


@pytest.mark.parametrize("left", ["", "0011223344", "not hexadecimal"])
def test_a_secret_that_is_not_whole_signs_nothing(tmp_path: Path, left: str) -> None:
    (tmp_path / "secret").write_text(left)
    with pytest.raises(ValueError, match="is not the secret that the engine wrote"):
        secret_in(tmp_path / "secret")
