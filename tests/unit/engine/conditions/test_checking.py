"""Checking: every fault with its code and place, and messages that say what was meant."""

import pytest
from tests.unit.engine.conditions.vocabulary import GROUPS, SCHEMA, faults, message

from tradewind.engine import wire
from tradewind.engine.core.conditions import ConditionFault, Schema, check, parse
from tradewind.engine.core.conditions.checking import MOST_HINTS


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "customer.tenure_months >= 24 && !customer.has_fibre",
        "customer.tenure_months / 12 > 2.5 || customer.balance % 2 == 0",
        "customer.segment == 'home' || customer.segment in ['business', 'student']",
        "customer.plan == 'anything'",
        "customer.segment.startsWith('ho')",
        "customer.city < 'M' && customer.city + '!' != 'Cluj!'",
        "customer.city.contains('a') && customer.city.endsWith('i') && customer.city.matches('^I')",
        "size(customer.city) > 3 && customer.city.size() < 20 && size(agent.skills) == 2 && agent.skills.size() == 2",
        "'fibre' in agent.skills",
        "agent.skills.exists(s, s == 'fibre') && agent.languages.all(l, l != 'xx')",
        "agent.skills.exists(s, agent.languages.exists(l, s == l))",
        "agent.languages[0] == 'ro' && agent.skills == ['care']",
        "has(customer.city) ? customer.city == 'Iași' : customer.has_fibre",
        "customer.since < timestamp('2026-03-01T09:30:00+02:00')",
        "customer.since - timestamp('2026-03-01T09:30:00Z') > duration('36h')",
        "customer.since + duration('1h30m') > customer.since - duration('1s')",
        "duration('1h') + duration('1h') - duration('2h') == duration('0s')",
        "customer.has_fibre == (customer.tenure_months > 1)",
        "customer.tenure_months in [] || [1, 2].exists(x, x == -1)",
        "(customer.has_fibre ? 'home' : customer.segment) == customer.plan",
    ],
)
def test_a_sound_condition_has_no_fault(text: str) -> None:
    checked = check(text, SCHEMA)
    assert checked.faults == ()
    assert not checked.faults
    assert checked.type == "boolean"
    assert checked.expression == parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("customer.tenure_month > 3", [("unknown_attribute", 1, 1)]),
        ("tenure_months > 3", [("unknown_attribute", 1, 1)]),
        ("customer", [("unknown_attribute", 1, 1)]),
        ("has(customer.nothing)", [("unknown_attribute", 1, 5)]),
        ("customer.city.length > 3", [("unknown_attribute", 1, 15)]),
        ("agent.skills.exists(s, s.name == 'x')", [("unknown_attribute", 1, 26)]),
        ("agent.skills.exists(s, true) && s == 'x'", [("unknown_attribute", 1, 33)]),
        ("customer.city && true", [("wrong_type", 1, 1)]),
        ("true || customer.balance", [("wrong_type", 1, 9)]),
        ("!customer.city", [("wrong_type", 1, 2)]),
        ("-customer.city == 1", [("wrong_type", 1, 2)]),
        ("-duration('1h') == duration('1h')", [("wrong_type", 1, 2)]),
        ("customer.balance > '24'", [("wrong_type", 1, 18)]),
        ("customer.balance == true", [("wrong_type", 1, 18)]),
        ("customer.has_fibre < true", [("wrong_type", 1, 20)]),
        ("customer.segment > 'a'", [("wrong_type", 1, 18)]),
        ("agent.skills < agent.skills", [("wrong_type", 1, 14)]),
        ("agent.skills == [1]", [("wrong_type", 1, 14)]),
        ("customer.balance in ['a']", [("wrong_type", 1, 18)]),
        ("customer.city in customer.city", [("wrong_type", 1, 18)]),
        ("customer.balance + 'a' == 'a'", [("wrong_type", 1, 18)]),
        ("customer.since + customer.since == customer.since", [("wrong_type", 1, 16)]),
        ("agent.skills + agent.skills == agent.skills", [("wrong_type", 1, 14)]),
        ("customer.balance ? true : false", [("wrong_type", 1, 1)]),
        ("true ? 1 : 'a'", [("wrong_type", 1, 6)]),
        ("1 in [1, 'a']", [("wrong_type", 1, 10)]),
        ("customer.city[0] == 'a'", [("wrong_type", 1, 1)]),
        ("agent.skills['a'] == 'care'", [("wrong_type", 1, 14)]),
        ("customer.city.exists(c, true)", [("wrong_type", 1, 1)]),
        ("agent.skills.all(s, s)", [("wrong_type", 1, 21)]),
        ("customer.city.startsWith(1)", [("wrong_type", 1, 15)]),
        ("size(1) > 0", [("wrong_type", 1, 1)]),
        ("customer.city.startsWith()", [("wrong_arguments", 1, 15)]),
        ("startsWith(customer.city, 'a')", [("wrong_arguments", 1, 1)]),
        ("customer.city.timestamp() == customer.since", [("wrong_arguments", 1, 15)]),
        ("has(customer.city, 1)", [("wrong_arguments", 1, 1)]),
        ("has('x')", [("wrong_arguments", 1, 1)]),
        ("agent.skills.exists(true)", [("wrong_arguments", 1, 14)]),
        ("agent.skills.all('s', true)", [("wrong_arguments", 1, 14)]),
        ("customer.city.toUpper() == 'A'", [("unknown_function", 1, 15)]),
        ("timez('shown', dayz(30)) < 3", [("unknown_function", 1, 1), ("unknown_function", 1, 16)]),
        (
            "agent.skills.map(s, s) == []",
            [("unknown_function", 1, 14), ("unknown_attribute", 1, 18), ("unknown_attribute", 1, 21)],
        ),
        ("customer.segment == 'busines'", [("unknown_category_value", 1, 21)]),
        ("'busines' != customer.segment", [("unknown_category_value", 1, 1)]),
        ("customer.segment in ['home', 'flat']", [("unknown_category_value", 1, 30)]),
        ("'fibr' in agent.skills", [("unknown_category_value", 1, 1)]),
        ("agent.skills == ['fibr']", [("unknown_category_value", 1, 18)]),
        ("agent.skills.exists(s, s == 'fibr')", [("unknown_category_value", 1, 29)]),
        ("customer.segment == (customer.has_fibre ? 'home' : 'flat')", [("unknown_category_value", 1, 52)]),
        ("customer.since > timestamp('yesterday')", [("bad_instant", 1, 28)]),
        ("customer.since > timestamp('2026-02-30T00:00:00Z')", [("bad_instant", 1, 28)]),
        ("duration('30d') > duration('1h')", [("bad_duration", 1, 10)]),
        ("customer.city.matches('(a')", [("bad_pattern", 1, 23)]),
        ("customer.city.matches(customer.plan)", [("bad_pattern", 1, 23)]),
        ("customer.city == null", [("null_refused", 1, 18)]),
        ("customer.balance + 1", [("wrong_type", 1, 1)]),
    ],
)
def test_a_fault_is_reported_where_it_stands(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert faults(text) == expected


def test_all_faults_are_found_at_once_in_order_of_position() -> None:
    text = "customer.nothing > 1 &&\n  customer.segment == 'flat' ||\n    foo(customer.city >) && customer.city"
    assert faults(text) == [
        ("unknown_attribute", 1, 1),
        ("unknown_category_value", 2, 23),
        ("unknown_function", 3, 5),
        ("syntax", 3, 24),
        ("wrong_type", 3, 29),
    ]


def test_what_is_faulty_is_not_reported_twice() -> None:
    assert faults("customer.nothing + 1 > 2 && !customer.nothing") == [
        ("unknown_attribute", 1, 1),
        ("unknown_attribute", 1, 30),
    ]


def test_faults_are_at_most_a_hundred() -> None:
    assert len(faults(" && ".join(["a.b"] * 300))) == 100


def test_a_faulty_type_keeps_the_tree_and_a_broken_syntax_does_not() -> None:
    wrong = check("customer.city && true", SCHEMA)
    assert wrong.expression == parse("customer.city && true")
    assert wrong.type is None
    assert wrong.faults
    assert check("customer.city &&", SCHEMA).expression is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("customer.tenure_month > 3", "did you mean customer.tenure_months?"),
        ("customer.Tenure_Months > 3", "did you mean customer.tenure_months?"),
        ("tenure_months > 3", "did you mean customer.tenure_months?"),
        ("custmer.city == 'x'", "did you mean customer.city?"),
        ("agent.city == 'x'", "did you mean customer.city?"),
        ("home == customer.segment", "texts in quotes"),
        ("customer", "name one of its attributes"),
        ("customer.city.starts_with('a')", "did you mean startsWith?"),
        ("customer.city.startsWith('a', 'b')", "startsWith is used as text.startsWith(text)"),
        ("size() > 1", "size is used as size(text) or size(list)"),
        ("has('x')", "has is used as has(group.name)"),
        ("agent.skills.exists(s)", "exists is used as list.exists(item, condition on item)"),
        ("customer.segment == 'busines'", "did you mean business?"),
        ("customer.segment == 'x'", '"home", "business", "student"'),
        ("customer.city == null", "!has(customer.x)"),
        ("customer.balance > '24'", "not number with text"),
        ("customer.since > timestamp('2026')", "write it like 2026-03-01T09:30:00Z"),
    ],
)
def test_the_message_says_what_was_probably_meant(text: str, says: str) -> None:
    assert says in message(text)


def test_a_suggestion_is_left_out_when_nothing_is_near() -> None:
    assert message("customer.zzz == 1") == "customer.zzz is not declared"


@pytest.mark.parametrize(
    ("text", "expects", "type_"),
    [
        ("customer.balance + 1", "number", "number"),
        ("customer.city", "text", "text"),
        ("customer.segment", "text", "category"),
        ("'home'", "category", "text"),
        ("customer.since", "instant", "instant"),
        ("customer.since - customer.since", "duration", "duration"),
        ("agent.skills", "list", "list"),
        ("customer.has_fibre ? customer.segment : 'x'", "any", "text"),
        ("customer.has_fibre", "any", "boolean"),
    ],
)
def test_the_whole_may_be_asked_to_have_any_type(text: str, expects: str, type_: str) -> None:
    checked = check(text, SCHEMA, expects=expects)
    assert checked.faults == ()
    assert checked.type == type_


def test_a_whole_of_another_type_is_a_fault_where_it_begins() -> None:
    assert check("  customer.balance +\n1", SCHEMA).faults == (
        ConditionFault("wrong_type", "the whole must be a boolean, it is a number", 1, 3),
    )


def test_a_schema_knows_the_type_of_every_attribute() -> None:
    assert {key: str(type_) for key, type_ in SCHEMA.types.items()} == {
        "customer.tenure_months": "number",
        "customer.balance": "number",
        "customer.segment": "category",
        "customer.plan": "category",
        "customer.city": "text",
        "customer.street": "text",
        "customer.has_fibre": "boolean",
        "customer.since": "instant",
        "agent.skills": "list of category",
        "agent.languages": "list of text",
    }
    assert SCHEMA.groups == {"customer", "agent"}


def test_of_two_declarations_of_one_attribute_the_first_counts() -> None:
    double = wire.ConditionGroup(name="customer", attributes=[wire.Attribute(name="city", type="number")])
    found = Schema.of([*GROUPS, double]).type_of("customer.city")
    assert found is not None
    assert found.name == "text"


def test_without_groups_nothing_is_known() -> None:
    assert [fault.code for fault in check("a.b", Schema.of([])).faults] == ["unknown_attribute"]


def test_only_the_first_faults_say_what_was_probably_meant() -> None:
    found = check(" && ".join(["customer.tenure_month > 1"] * 40), SCHEMA).faults
    assert ["did you mean" in fault.message for fault in found] == [True] * MOST_HINTS + [False] * (40 - MOST_HINTS)


def test_patterns_that_are_too_large_together_are_refused_where_they_become_it() -> None:
    pattern = "customer.city.matches('(a{1,30}){1,15}')"
    assert not check(pattern, SCHEMA).faults
    (fault,) = check(" && ".join([pattern] * 30), SCHEMA).faults
    assert fault.code == "too_costly"
    assert fault.column > len(pattern)
