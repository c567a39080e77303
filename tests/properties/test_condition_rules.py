"""Rules evaluated all at once are worth what the tree says, whatever stands among the inputs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.engine.conditions.generated import attribute, conditions, contexts

from tradewind.engine.core.compiling import warm_up
from tradewind.engine.core.conditions import Expr, Rules, evaluate, kernels, parse
from tradewind.engine.core.conditions.rows import row_of, truth
from tradewind.engine.core.conditions.tree import (
    And,
    Arithmetic,
    Boolean,
    Call,
    Compare,
    Has,
    In,
    Listing,
    Negate,
    Not,
    Number,
    Or,
    Text,
)

NUMBERS = (0.0, 1.0, 2.5, -1.0, 24.0, 1e300, float(2**53), 9.007199254740994e15)
TEXTS = ("", "a", "b", "home", "ș", "1.0", "True")
KEYS = ("g.a", "g.b", "g.c")
ODD = (
    *(float("nan"), float("inf"), float("-inf"), -0.0, 0, 1, -1, 24, 2**53, 2**53 + 1, -(2**53) - 1, 10**400),
    *(True, False, np.float64(2.5), np.True_, Decimal(1), ("a",), ["a"], {"a": 1}, b"a", object()),
    *(timedelta(1), datetime(2026, 1, 1, tzinfo=UTC), None),
)
VALUES = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.sampled_from(ODD),
    st.floats(),
    st.integers(),
    st.text(max_size=2),
)
HISTORY = "times('shown', days(2))"

inputs = st.one_of(st.sampled_from([*map(attribute, KEYS)]), st.just(parse(HISTORY)))
literals: st.SearchStrategy[Expr] = st.one_of(
    st.sampled_from(NUMBERS).map(Number),
    st.floats(allow_nan=False, allow_infinity=False, min_value=0).map(Number),
    st.sampled_from(TEXTS).map(Text),
    st.booleans().map(Boolean),
    st.builds(Negate, st.sampled_from(NUMBERS).map(Number)),
    st.builds(Arithmetic, st.sampled_from("+-*/%"), *[st.sampled_from([0.0, 1.0]).map(Number)] * 2),
    st.just(Call("days", None, (Number(1.0),))),
)
signs = st.sampled_from(("==", "!=", "<", "<=", ">", ">="))
predicates: st.SearchStrategy[Expr] = st.one_of(
    st.builds(Compare, signs, inputs, literals),
    st.builds(Compare, signs, literals, inputs),
    st.builds(Compare, signs, inputs, inputs),
    st.builds(In, inputs, st.lists(literals, max_size=4).map(tuple).map(Listing)),
    st.builds(In, inputs, inputs),
    st.sampled_from(KEYS).map(attribute),
    st.sampled_from(KEYS).map(attribute).map(Has),
    st.booleans().map(Boolean),
    literals,
)


def _combined(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, parts))


rules = st.lists(st.recursive(predicates, _combined, max_leaves=8), max_size=8)
odd_contexts = st.dictionaries(st.sampled_from([*KEYS, 'times("shown", days(2))']), VALUES)


@pytest.fixture(autouse=True, params=["interpreted", "compiled"])
def _form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "interpreted":
        monkeypatch.setattr(kernels.answer, "run", kernels.answer.function)
    else:
        warm_up()


def one_by_one(expressions: Sequence[Expr], context: dict[str, Any]) -> list[int]:
    return [truth(evaluate(expr, context)) for expr in expressions]


def test_every_sign_is_worth_what_the_tree_says_of_every_sort_of_value() -> None:
    written = ("1", "-1", "0", "9007199254740992", "9007199254740994", "1/0", "-1/0", "0/0", "'a'", "'1.0'", "true")
    signs = ("==", "!=", "<", "<=", ">", ">=")
    texts = [f"g.a {sign} {literal}" for sign in signs for literal in written]
    texts += [f"{literal} {sign} g.a" for sign in signs for literal in written]
    texts += ["g.a", "!g.a", "has(g.a)", "g.a in [1, 24]", "g.a in ['a', 'b']", "g.a in ['a', 1]", "g.a in []"]
    expressions = [parse(text) for text in texts]
    compiled = Rules.compile(expressions)
    for value in (*ODD, *NUMBERS, *TEXTS):
        context = {"g.a": value}
        assert compiled.truths(context).tolist() == one_by_one(expressions, context)
    assert compiled.truths({}).tolist() == one_by_one(expressions, {})


@settings(max_examples=300, deadline=None)
@given(rules, odd_contexts)
@example([parse("g.a == 1"), parse("g.a")], {"g.a": True})
@example([parse("g.a in [1, 2]"), parse("g.a in []"), parse("g.a in ['a']")], {"g.a": ["a"]})
@example([parse("g.a < 9007199254740994"), parse("has(g.a)"), parse("g.a != 'x' && true")], {"g.a": 2**53 + 1})
@example([parse("g.a == -0.0"), parse("0 <= g.a"), parse("g.a > -1/0")], {"g.a": -0.0})
def test_simple_rules_are_worth_what_the_tree_says(expressions: list[Expr], context: dict[str, Any]) -> None:
    assert Rules.compile(expressions).truths(context).tolist() == one_by_one(expressions, context)


@settings(max_examples=100, deadline=None)
@given(st.lists(conditions(), max_size=6), contexts())
def test_any_rules_are_worth_what_the_tree_says(expressions: list[Expr], context: dict[str, Any]) -> None:
    assert Rules.compile(expressions).truths(context).tolist() == one_by_one(expressions, context)


@pytest.mark.parametrize(
    "text",
    [
        *("g.a > 1", "-1.5 <= g.a", "g.a != 2 + 3", "g.a == 'x'", "g.a in ['x', 'y']", "g.a", "g.a == true"),
        *("has(g.a)", "times('shown', days(30)) < 3", "3 > times_of('shown', 'a', hours(1))"),
    ],
)
def test_what_looks_at_one_input_is_a_row(text: str) -> None:
    assert row_of(parse(text)) is not None


@pytest.mark.parametrize("text", ["g.a > g.b", "g.a + 1 > 2", "g.a < 'x'", "g.a == 0/0", "size(g.a) > 1", "g.a in g.b"])
def test_what_does_not_is_left_to_the_tree(text: str) -> None:
    assert row_of(parse(text)) is None
