"""Evaluating: values, three-valued logic, and total whatever the context holds."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tradewind.engine.core.conditions import UNKNOWN, evaluate, parse
from tradewind.engine.core.conditions.evaluating import MOST_ITEMS, MOST_PAIRS
from tradewind.engine.core.conditions.tree import Broken, Null

CONTEXT: dict[str, Any] = {
    "c.tenure": 30.0,
    "c.city": "Iași",
    "c.fibre": True,
    "c.since": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    "a.skills": ("fibre", "care"),
    "a.none": (),
}


def value(text: str, **more: Any) -> Any:
    return evaluate(parse(text), {**CONTEXT, **more})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c.tenure >= 30", True),
        ("c.tenure > 30", False),
        ("c.tenure < 30.5", True),
        ("c.tenure <= 29", False),
        ("c.tenure == 30", True),
        ("c.tenure != 30", False),
        ("c.tenure + 2 * 3 - 1", 35.0),
        ("-c.tenure / 4", -7.5),
        ("7 % 4", 3.0),
        ("-7 % 4", -3.0),
        ("1 / 0", math.inf),
        ("-1 / 0", -math.inf),
        ("1 / -0.0", -math.inf),
        ("1e308 * 10", math.inf),
        ("c.city == 'Iași'", True),
        ("c.city < 'Z'", True),
        ("c.city + '!'", "Iași!"),
        ("c.city.startsWith('Ia')", True),
        ("c.city.endsWith('x')", False),
        ("c.city.contains('aș')", True),
        ("c.city.matches('^I.+i$')", True),
        ("size(c.city)", 4.0),
        ("a.skills.size()", 2.0),
        ("c.fibre && !false", True),
        ("c.fibre == true", True),
        ("c.fibre ? 'yes' : 'no'", "yes"),
        ("'care' in a.skills", True),
        ("c.city in ['Cluj']", False),
        ("c.city in []", False),
        ("a.skills.exists(s, s == 'care')", True),
        ("a.skills.all(s, s == 'care')", False),
        ("a.none.exists(s, true)", False),
        ("a.none.all(s, false)", True),
        ("a.skills.exists(s, ['care', 'x'].exists(t, s == t))", True),
        ("a.skills == ['fibre', 'care']", True),
        ("a.skills == ['care', 'fibre']", False),
        ("a.skills[1]", "care"),
        ("c.since > timestamp('2026-03-01T11:00:00+02:00')", True),
        ("c.since == timestamp('2026-03-01T11:30:00+02:00')", True),
        ("c.since - timestamp('2026-02-28T09:30:00Z') == duration('24h')", True),
        ("c.since + duration('30m') == timestamp('2026-03-01T10:00:00Z')", True),
        ("duration('30m') + c.since > c.since - duration('1us')", True),
        ("duration('-1.5h')", timedelta(hours=-1.5)),
        ("duration('1h') - duration('1h') < duration('1ms')", True),
        ("has(c.city) && !has(c.nothing)", True),
        ("1 == true", False),
        ("'1' == 1", False),
        ("1 in [true]", False),
    ],
)
def test_an_expression_has_its_value(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


T, F, U = "true", "false", "c.missing"
WORTH = {T: True, F: False, U: UNKNOWN}


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (T, T, True, True),
        (T, F, False, True),
        (F, T, False, True),
        (F, F, False, False),
        (T, U, UNKNOWN, True),
        (U, T, UNKNOWN, True),
        (F, U, False, UNKNOWN),
        (U, F, False, UNKNOWN),
        (U, U, UNKNOWN, UNKNOWN),
    ],
)
def test_and_and_or_absorb_what_is_unknown(left: str, right: str, both: object, either: object) -> None:
    assert value(f"{left} && {right}") is both
    assert value(f"{left} || {right}") is either


@pytest.mark.parametrize(
    "text",
    [
        "c.missing",
        "!c.missing",
        "-c.missing",
        "c.missing > 1",
        "c.missing == c.missing",
        "c.missing != 'x'",
        "c.missing in []",
        "1 in c.missing",
        "1 in [1, c.missing]",
        "[1, c.missing]",
        "[1, c.missing][0]",
        "c.missing + 1",
        "c.missing ? true : true",
        "c.missing.startsWith('x')",
        "'x'.startsWith(c.missing)",
        "size(c.missing)",
        "c.missing.exists(s, true)",
        "[1, c.missing].exists(s, true)",
        "a.skills.exists(s, c.missing)",
        "a.skills.all(s, s == 'x' || c.missing)",
        "timestamp(c.missing) > c.since",
        "c.fibre ? c.missing : true",
    ],
)
def test_a_missing_attribute_makes_what_needs_it_unknown(text: str) -> None:
    assert value(text) is UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c.fibre ? true : c.missing", True),
        ("a.skills.exists(s, s == 'care' || c.missing)", True),
        ("a.skills.all(s, s == 'care' && c.missing)", False),
        ("a.none.all(s, c.missing)", True),
        ("c.missing > 1 || c.fibre", True),
        ("has(c.missing)", False),
    ],
)
def test_what_does_not_need_a_missing_attribute_is_known(text: str, expected: object) -> None:
    assert value(text) is expected


def test_a_null_in_the_context_is_missing() -> None:
    assert value("c.gone == 'x'", **{"c.gone": None}) is UNKNOWN
    assert value("has(c.gone)", **{"c.gone": None}) is False


@pytest.mark.parametrize(
    "text",
    [
        "'a' + 1",
        "'a' < 1",
        "true < false",
        "[1] < [2]",
        "!1",
        "-'a'",
        "1 && true",
        "'x' ? 1 : 2",
        "1 in 'a'",
        "'abc'[0]",
        "a.skills[2]",
        "a.skills[-1]",
        "a.skills[0.5]",
        "a.skills[0 / 0]",
        "a.skills['0']",
        "a.skills[true]",
        "5 % 0",
        "1 / 0 % 2",
        "0 / 0 < 1",
        "size(1)",
        "nothing(1)",
        "c.city.nothing()",
        "c.city.more",
        "bare",
        "timestamp(c.city)",
        "duration(c.city)",
        "c.city.matches('(')",
        "c.since + c.since",
        "timestamp('9999-12-31T23:00:00Z') + duration('2h')",
        "timestamp('0001-01-01T00:00:00Z') - duration('2h')",
        "c.city.exists(s, true)",
    ],
)
def test_what_makes_no_sense_is_unknown(text: str) -> None:
    assert value(text) is UNKNOWN


def test_a_term_without_sense_is_absorbed_like_a_missing_one() -> None:
    assert value("1 && false") is False
    assert value("'x' < 1 || true") is True


def test_not_a_number_equals_nothing_and_has_no_order() -> None:
    assert value("0 / 0 == 0 / 0") is False
    assert value("0 / 0 != 0 / 0") is True
    assert value("0 / 0 in [0 / 0]") is False
    nan = float("nan")
    assert value("c.nan in [c.nan]", **{"c.nan": nan}) is False
    assert value("c.nan >= 1", **{"c.nan": nan}) is UNKNOWN


@pytest.mark.parametrize("odd", [b"bytes", {"a": 1}, object(), datetime(2026, 1, 1), 10**400, [[1]], 1 + 2j])
@pytest.mark.parametrize(
    "text",
    [
        "c.odd",
        "c.odd == 1",
        "c.odd < c.since",
        "c.odd + 1.5",
        "c.odd - c.since",
        "c.odd.all(s, s < 1)",
        "size(c.odd)",
        "!c.odd",
    ],
)
def test_a_context_with_odd_values_never_breaks_an_evaluation(text: str, odd: object) -> None:
    answer = value(text, **{"c.odd": odd})
    assert answer is UNKNOWN or answer is odd or isinstance(answer, bool | float)


def test_whole_numbers_and_lists_of_the_context_are_taken_as_they_are() -> None:
    assert value("c.whole / 2 == 1.5 && 2 in c.list", **{"c.whole": 3, "c.list": [1, 2]}) is True


def test_instants_compare_across_offsets() -> None:
    east = datetime(2026, 3, 1, 11, 30, tzinfo=timezone(timedelta(hours=2)))
    assert value("c.since == c.east && c.east <= c.since", **{"c.east": east}) is True


def test_a_quantifier_over_too_many_items_is_unknown() -> None:
    text = "c.many.exists(s, s == 'x')"
    assert value(text, **{"c.many": ("x",) * MOST_ITEMS}) is True
    assert value(text, **{"c.many": ("x",) * (MOST_ITEMS + 1)}) is UNKNOWN


def test_a_quantifier_inside_another_over_too_many_pairs_is_unknown() -> None:
    text = "c.many.all(s, c.more.exists(t, s == t))"
    assert value(text, **{"c.many": ("x",) * 100, "c.more": ("x",) * (MOST_PAIRS // 100)}) is True
    assert value(text, **{"c.many": ("x",) * 100, "c.more": ("x",) * (MOST_PAIRS // 100 + 1)}) is UNKNOWN
    assert value(
        "c.many.exists(s, true) && c.more.exists(s, true)", **dict.fromkeys(("c.many", "c.more"), ("x",) * 400)
    )


def test_parts_that_were_never_conditions_are_unknown() -> None:
    assert evaluate(Broken(), {}) is UNKNOWN
    assert evaluate(Null(), {}) is UNKNOWN


def test_unknown_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)
    assert repr(UNKNOWN) == "UNKNOWN"
