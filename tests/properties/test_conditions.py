"""Conditions hold their laws on generated expressions, and agree with another implementation of CEL."""

import json
from typing import Any

import cel
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.engine.conditions.generated import (
    ATTRIBUTES,
    VALUES,
    comparisons,
    conditions,
    contexts,
    operators,
    trees,
)
from tests.unit.engine.conditions.oracle import answer
from tests.unit.engine.conditions.vocabulary import SCHEMA

from tradewind.engine.core.conditions import (
    UNKNOWN,
    ConditionError,
    Expr,
    Rules,
    check,
    evaluate,
    parse,
    to_ast,
    to_text,
)
from tradewind.engine.core.conditions.automaton import compile_pattern
from tradewind.engine.core.conditions.checking import MOST_FAULTS
from tradewind.engine.core.conditions.tree import Has, walk
from tradewind.engine.core.conditions.values import type_of

KEYS = [(key, type_) for type_, keys in ATTRIBUTES.items() for key in keys]
PIECES = st.sampled_from(
    [
        *(
            "customer.city",
            "customer.",
            "agent.skills",
            "has(",
            "size(",
            ".exists(s, ",
            ".all(",
            ".matches(",
            "timestamp(",
        ),
        *(
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ".",
            "?",
            ":",
            "!",
            "-",
            "+",
            "*",
            "/",
            "%",
            "=",
            "==",
            "<",
            ">=",
            "&&",
            "||",
            "&",
        ),
        *(
            "true",
            "null",
            "in",
            "s",
            "and",
            "not",
            "1",
            "1.5",
            "0x",
            "1e999",
            "'",
            '"',
            '"""',
            "r'",
            "b'",
            "'a'",
            "\\",
            "\\u00",
        ),
        *(" ", "\n", "\t", "//", "\u00a0", "“", "\ud800", "\x00", "😀", "'(a+)+$'", "'2026-01-01T00:00:00Z'"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))


@settings(max_examples=400, deadline=None)
@given(st.one_of(trees, operators))
def test_a_printed_tree_parses_to_the_same_tree(tree: Expr) -> None:
    assert parse(to_text(tree)) == tree


@settings(max_examples=150, deadline=None)
@given(trees)
def test_every_tree_becomes_json_with_all_its_nodes(tree: Expr) -> None:
    text = json.dumps(to_ast(tree), allow_nan=False)
    assert text.count('"kind": ') == len(list(walk(tree)))


@settings(max_examples=600, deadline=None)
@given(st.one_of(conditions(), comparisons()), contexts())
def test_a_condition_is_worth_what_another_implementation_says(tree: Expr, context: dict[str, Any]) -> None:
    assert evaluate(parse(to_text(tree)), context) == answer(tree, context)


@settings(max_examples=200, deadline=None)
@given(conditions())
def test_a_well_typed_tree_has_no_fault(tree: Expr) -> None:
    assert check(to_text(tree), SCHEMA).faults == ()


@settings(max_examples=150, deadline=None)
@given(conditions(), contexts())
def test_what_the_checker_calls_boolean_is_true_false_or_unknown(tree: Expr, context: dict[str, Any]) -> None:
    assert evaluate(tree, context) in {True, False, UNKNOWN}


@settings(max_examples=200, deadline=None)
@given(conditions(), contexts(), st.data())
def test_learning_a_missing_attribute_never_turns_an_answer_round(
    tree: Expr, context: dict[str, Any], data: st.DataObject
) -> None:
    if any(isinstance(node, Has) for node, _ in walk(tree)):
        return
    before = evaluate(tree, context)
    more = {key: data.draw(VALUES[type_]) for key, type_ in KEYS if key not in context}
    assert before is UNKNOWN or evaluate(tree, {**context, **more}) is before


@settings(max_examples=150, deadline=None)
@given(st.lists(conditions(), max_size=6), contexts())
def test_rules_together_answer_as_one_by_one(expressions: list[Expr], context: dict[str, Any]) -> None:
    one_by_one = [evaluate(expr, context) for expr in expressions]
    assert list(Rules.compile(expressions).evaluate(context)) == [None if v is UNKNOWN else v for v in one_by_one]


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("!" * 8000)
@example("(" * 8000)
@example("[" * 4000 + "]" * 4000)
@example("a." * 4000)
@example("true ? " * 1000)
@example("1 - " * 2000)
@example("'" + "\\" * 7999)
@example("customer.city.matches('" + "(a*)*" * 1000 + "')")
@example("duration('" + "9" * 7000 + "h') > duration('1h')")
@example("1" * 8000)
def test_any_text_whatever_gives_faults_or_a_tree(text: str) -> None:
    checked = check(text, SCHEMA)
    assert (not checked.faults) == (checked.type is not None)
    for fault in checked.faults:
        assert 1 <= fault.line <= text.count("\n") + 1
        assert 1 <= fault.column <= len(text) + 1
        assert fault.code
        assert fault.message
    if checked.expression is not None:
        tree = parse(text)
        assert tree == checked.expression
        assert parse(to_text(tree)) == tree
        evaluate(tree, {})
        return
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert set(caught.value.faults) <= set(checked.faults) or len(checked.faults) == MOST_FAULTS


@settings(max_examples=200, deadline=None)
@given(conditions(depth=3), st.data())
def test_a_condition_with_a_few_characters_changed_never_breaks_the_checker(tree: Expr, data: st.DataObject) -> None:
    text = to_text(tree)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 5)))
    changed = text[:start] + data.draw(PIECES) + text[end:]
    checked = check(changed, SCHEMA)
    assert bool(checked.faults) == (checked.type is None)


def _plain(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(parts, min_size=1, max_size=3).map("".join),
        st.lists(parts, min_size=2, max_size=3).map(lambda some: f"({'|'.join(some)})"),
        st.builds(
            lambda part, sign: f"(?:{part}){sign}", parts, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}"])
        ),
    )


PATTERNS = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "[a-c\\d]", "\\d", "\\W", "\\s", "^", "$", "\\.", ""]),
    _plain,
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(PATTERNS, st.text("abc1 .\n", max_size=12))
def test_a_pattern_matches_what_the_other_implementation_matches(pattern: str, text: str) -> None:
    compiled = cel.compile("customer.city.matches(customer.plan)")
    expected = compiled.execute({"customer": {"city": text, "plan": pattern}})
    assert compile_pattern(pattern).search(text) is expected


@settings(max_examples=100, deadline=None)
@given(st.one_of(list(VALUES.values())))
def test_every_value_of_a_context_has_a_type(value: Any) -> None:
    assert type_of(value) is not None
