"""Rules: many conditions together, each distinct predicate once."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tradewind.engine.core.conditions import Rules, parse


class Counting(Mapping[str, Any]):
    """A context that counts how often each attribute is asked for."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values_held = values
        self.asked: dict[str, int] = {}

    def __getitem__(self, key: str) -> Any:
        self.asked[key] = self.asked.get(key, 0) + 1
        return self.values_held[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_held)

    def __len__(self) -> int:
        return len(self.values_held)


def rules(*texts: str) -> Rules:
    return Rules.compile([parse(text) for text in texts])


def test_rules_answer_in_the_order_they_were_given() -> None:
    found = rules("g.a > 1", "!(g.a > 1)", "g.b", "g.a > 1 && g.b", "g.a > 1 || g.b", "g.b && false", "true")
    assert found.evaluate({"g.a": 2.0}) == (True, False, None, None, True, False, True)


def test_the_same_rule_twice_is_answered_twice() -> None:
    assert rules("g.a", "g.a", "(g.a)").evaluate({"g.a": True}) == (True, True, True)


def test_no_rules_have_no_answers() -> None:
    assert rules().evaluate({}) == ()


def test_a_distinct_predicate_is_evaluated_once() -> None:
    found = rules("g.a > 1 && g.b > 1", "g.a > 1 || !(g.b > 1)", "!(g.a > 1 && g.b > 1)", "g.b>1.0")
    context = Counting({"g.a": 2.0, "g.b": 0.0})
    assert found.evaluate(context) == (False, True, True, False)
    assert context.asked == {"g.a": 1, "g.b": 1}
    assert len(found.predicates) == 2


def test_a_value_that_is_no_truth_is_unknown() -> None:
    assert rules("g.a", "!g.a", "g.a && true", "g.a || true").evaluate({"g.a": "text"}) == (None, None, None, True)


@pytest.mark.parametrize("a", [True, False, None])
@pytest.mark.parametrize("b", [True, False, None])
@pytest.mark.parametrize("c", [True, False, None])
def test_deep_rules_combine_as_three_valued_logic(a: bool | None, b: bool | None, c: bool | None) -> None:
    context = {key: value for key, value in {"g.a": a, "g.b": b, "g.c": c}.items() if value is not None}
    (found,) = rules("!(g.a && !(g.b || !g.c) || g.c && !!g.b) && (g.a || g.b || g.c)").evaluate(context)
    assert found is kleene_and(
        kleene_not(kleene_or(kleene_and(a, kleene_not(kleene_or(b, kleene_not(c)))), kleene_and(c, b))),
        kleene_or(kleene_or(a, b), c),
    )


def kleene_not(value: bool | None) -> bool | None:
    return None if value is None else not value


def kleene_and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def kleene_or(left: bool | None, right: bool | None) -> bool | None:
    return kleene_not(kleene_and(kleene_not(left), kleene_not(right)))


def test_the_order_of_rules_does_not_change_their_answers() -> None:
    texts = [f"g.a > {n} && (g.b == {n % 3} || !(g.a < {n % 5}))" for n in range(40)]
    context = {"g.a": 17.0, "g.b": 1.0}
    assert rules(*texts[::-1]).evaluate(context) == rules(*texts).evaluate(context)[::-1]
