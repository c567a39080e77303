"""Contacts a minute."""

import random

import pytest

from tradewind.demo import traffic
from tradewind.demo.conversations import InteractionCentre
from tradewind.demo.traffic import PresentClock, Traffic


class Minutes:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def contacts(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How often a contact was made; none of them reaches a record."""
    made: list[float] = []
    monkeypatch.setattr(traffic, "contact", lambda centre, draw, clock: made.append(1.0))
    monkeypatch.setattr(InteractionCentre, "of", lambda members: None)
    monkeypatch.setattr(traffic, "close_old_connections", lambda: None)
    return made


def an_hour_of(per_minute: float) -> None:
    clock = Minutes()
    present = Traffic(
        per_minute=per_minute, rest=lambda _: None, say=lambda _: None, draw=random.Random(3), monotonic=clock
    )
    for _ in range(60 * 60 * 4):
        present.turn()
        clock.seconds += 0.25


def test_contacts_come_about_as_often_as_asked(contacts: list[float]) -> None:
    an_hour_of(6)
    assert 300 < len(contacts) < 420


def test_no_traffic_is_no_contact(contacts: list[float]) -> None:
    an_hour_of(0)
    assert contacts == []


def test_a_live_pause_is_shortened() -> None:
    rested: list[float] = []
    clock = PresentClock(rest=rested.append, longest_pause=2.0)
    clock.let_pass(90)
    clock.let_pass(0.5)
    assert rested == [2.0, 0.5]
    assert not clock.is_past
