"""Contact-history functions: literal arguments, one key for one question, looked up among the inputs."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.engine.conditions.vocabulary import SCHEMA, faults, message

from tradewind.engine.core.conditions import NOW, UNKNOWN, HistoryCall, Rules, check, evaluate, parse, to_ast, to_text
from tradewind.engine.core.conditions.history import MOST_DAYS, history_call, history_calls

HOUR = 3_600_000_000
DAY = 24 * HOUR


def call(text: str) -> HistoryCall | None:
    (found,) = history_calls(parse(text)) or (None,)
    return found


@pytest.mark.parametrize(
    ("text", "expected", "key"),
    [
        ("times('shown', days(30))", HistoryCall("shown", "all", "", 30 * DAY), 'times("shown", days(30))'),
        ("times('shown', hours(720))", HistoryCall("shown", "all", "", 30 * DAY), 'times("shown", days(30))'),
        ("times('shown', duration('36h'))", HistoryCall("shown", "all", "", 36 * HOUR), 'times("shown", hours(36))'),
        (
            "times('rejected', duration('90m'), 'mobile')",
            HistoryCall("rejected", "group", "mobile", 90 * 60_000_000),
            'times("rejected", duration("90m"), "mobile")',
        ),
        (
            "times_of('accepted', 'fibre \"500\"', duration('1.5ms'))",
            HistoryCall("accepted", "offer", 'fibre "500"', 1500),
            'times_of("accepted", "fibre \\"500\\"", duration("1500us"))',
        ),
        ("times('shown', days(0.5)) > 1 || true", HistoryCall("shown", "all", "", 12 * HOUR), None),
    ],
)
def test_a_call_asks_a_question_with_a_key_of_its_own(text: str, expected: HistoryCall, key: str | None) -> None:
    found = call(text)
    assert found == expected
    if key is not None:
        assert expected.key == key
        assert call(key) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("times('seen', days(30)) < 3", [("unknown_kind", 1, 7)]),
        ("times(customer.city, days(30)) < 3", [("wrong_arguments", 1, 7)]),
        ("times('shown', days(30), customer.city) < 3", [("wrong_arguments", 1, 26)]),
        ("times_of('shown', customer.city, days(3)) < 3", [("wrong_arguments", 1, 19)]),
        ("times('shown', days(customer.balance)) < 3", [("bad_window", 1, 16)]),
        ("times('shown', now() - customer.since) < 3", [("bad_window", 1, 22)]),
        ("times('shown', days(1) + hours(1)) < 3", [("bad_window", 1, 24)]),
        ("times('shown', days(0)) < 3", [("bad_window", 1, 16)]),
        ("times('shown', duration('-1h')) < 3", [("bad_window", 1, 16)]),
        (f"times('shown', days({MOST_DAYS})) < 3", []),
        (f"times('shown', hours({24 * MOST_DAYS + 1})) < 3", [("bad_window", 1, 16)]),
        ("times('shown', days(1e300)) < 3", [("bad_window", 1, 16)]),
        (
            "times('sown', days(9999),\n customer.plan) < 3",
            [("unknown_kind", 1, 7), ("bad_window", 1, 15), ("wrong_arguments", 2, 2)],
        ),
        ("times('shown', 30) < 3", [("wrong_type", 1, 1)]),
        ("times('shown') < 3", [("wrong_arguments", 1, 1)]),
        ("'shown'.times(days(3)) < 3", [("wrong_arguments", 1, 9)]),
        ("times_of('shown', days(3)) < 3", [("wrong_arguments", 1, 1)]),
        ("now(1) > customer.since", [("wrong_arguments", 1, 1)]),
        ("now() - customer.since > days(365)", []),
        ("now() - hours(customer.balance) > customer.since", []),
    ],
)
def test_arguments_must_be_written_out_and_a_fault_stands_where_they_do(
    text: str, expected: list[tuple[str, int, int]]
) -> None:
    assert faults(text) == expected


def test_messages_say_what_to_write() -> None:
    assert message("times('show', days(1)) > 0") == 'there are no contacts of the kind "show"; did you mean shown?'
    assert message("times('shown', 1) > 0") == "times is used as times(kind, window) or times(kind, window, group)"
    assert "days(30), hours(12)" in message("times('shown', days(customer.balance)) > 0")


def test_a_call_is_worth_what_stands_among_the_inputs() -> None:
    inputs = {
        'times("shown", days(2))': 3.0,
        NOW: datetime(2026, 3, 1, tzinfo=UTC),
        "g.at": datetime(2026, 2, 1, tzinfo=UTC),
    }
    assert evaluate(parse("times('shown', hours(48)) + 1 == 4"), inputs) is True
    assert evaluate(parse("times('shown', days(3)) == 3"), inputs) is UNKNOWN
    assert evaluate(parse("now() - g.at == days(28)"), inputs) is True
    assert evaluate(parse("now() - g.at"), inputs) == timedelta(days=28)
    assert evaluate(parse("now(1)"), inputs) is UNKNOWN
    assert evaluate(parse("times('shown', days(0))"), inputs) is UNKNOWN


@pytest.mark.parametrize("text", ["days(1/0)", "days(0/0)", "hours(1e300)", "days(g.a)", "days('1')"])
def test_a_length_that_no_duration_has_is_unknown(text: str) -> None:
    assert evaluate(parse(text), {}) is UNKNOWN


def test_a_call_is_printed_as_it_was_written() -> None:
    text = 'times("shown", hours(48), "mobile") < 3 && times_of("rejected", "a", duration("1h")) == 0 || now() > g.at'
    assert to_text(parse(text)) == text
    ast = to_ast(parse("times('shown', days(30))"))
    assert (ast["kind"], ast["function"], ast["column"]) == ("call", "times", 1)
    assert [part["kind"] for part in ast["arguments"]] == ["text", "call"]


def test_rules_say_once_what_they_ask_of_history() -> None:
    texts = ["times('shown', days(1)) < 3", "times('shown', hours(24)) < 5 && times_of('shown', 'a', days(1)) == 0"]
    rules = Rules.compile([parse(text) for text in texts])
    assert rules.history_keys == ('times("shown", days(1))', 'times_of("shown", "a", days(1))')
    assert not rules.asks_for_now
    assert Rules.compile([parse("now() > g.at")]).asks_for_now
    assert rules.evaluate({rules.history_keys[0]: 4.0, rules.history_keys[1]: 0.0}) == (False, True)


def test_a_call_that_is_wrongly_used_asks_nothing() -> None:
    for text in ("times('seen', days(1))", "times('shown')", "'a'.times('shown', days(1))", "size('a')"):
        tree = parse(text)
        assert history_calls(tree) == ()
        assert history_call(tree) is None  # type: ignore[arg-type]  # it is a call


def test_a_whole_condition_with_history_is_boolean() -> None:
    assert check("times('shown', days(30)) < 3 && now() > customer.since", SCHEMA).type == "boolean"
