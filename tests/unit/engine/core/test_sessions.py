"""A session ends 24 hours of history time after it began."""

from tradewind.engine.core.sessions import LASTS, Sessions


def test_a_session_keeps_its_beginning_for_a_day() -> None:
    sessions = Sessions()
    sessions.touch("s", "call", at=1000, occurred_at=900, position=1)
    sessions.touch("s", "call", at=2000, occurred_at=1900, position=7)
    assert sessions.started_at("s", "call", at=1000 + LASTS - 1) == 900
    assert sessions.started_at("s", "call", at=1000 + LASTS) is None


def test_the_same_name_after_a_day_is_another_session() -> None:
    sessions = Sessions()
    sessions.touch("s", "call", at=0, occurred_at=0, position=1)
    sessions.touch("s", "call", at=LASTS, occurred_at=LASTS, position=1)
    assert sessions.started_at("s", "call", at=LASTS + 1) == LASTS


def test_two_customers_never_share_a_session() -> None:
    sessions = Sessions()
    sessions.touch("s", "call", at=0, occurred_at=0, position=1)
    assert sessions.started_at("t", "call", at=1) is None


def test_ended_sessions_are_let_go() -> None:
    sessions = Sessions()
    for number in range(1000):
        sessions.touch("s", f"call-{number}", at=number * LASTS // 10, occurred_at=0, position=1)
    assert len(sessions.listed()) == 10


def test_a_session_knows_where_its_last_event_lies_while_it_runs() -> None:
    sessions = Sessions()
    assert sessions.last("s", "call", at=0) is None
    for position in (3, 9):
        sessions.touch("s", "call", at=position, occurred_at=0, position=position)
    assert sessions.last("s", "call", at=10) == 9
    assert sessions.last("s", "call", at=3 + LASTS) is None
