"""Hypothesis strategies for conditions: any tree, well-typed trees, and contexts to evaluate them over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tradewind.engine.core.conditions import Expr
from tradewind.engine.core.conditions.tree import (
    And,
    Arithmetic,
    Attribute,
    Boolean,
    Call,
    Compare,
    Conditional,
    Has,
    In,
    Index,
    Listing,
    Negate,
    Not,
    Null,
    Number,
    Or,
    Quantified,
    Select,
    Text,
    Variable,
)

TEXTS = ("", "a", "ab", "abc", "Ab", "b", "home", "business", "care")
NUMBERS = (-3.5, -1.0, 0.0, 0.5, 1.0, 2.0, 24.0, 1e6)
EARLY = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = tuple(EARLY + timedelta(hours=hours) for hours in (0, 1, 25, 1000))
ATTRIBUTES = {
    "number": ("customer.tenure_months", "customer.balance"),
    "text": ("customer.city", "customer.street"),
    "boolean": ("customer.has_fibre",),
    "instant": ("customer.since",),
    "list": ("agent.languages",),
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.sampled_from(NUMBERS),
    "text": st.sampled_from(TEXTS),
    "boolean": st.booleans(),
    "instant": st.sampled_from(INSTANTS),
    "list": st.lists(st.sampled_from(TEXTS), max_size=4).map(tuple),
}
PATTERN_PIECES = ("a", "b", ".", "[ab]", "[^b]", "(a|b)", "a*", "b+", "a?", "(ab){1,2}", "h", "^a", "e$", r"\w", r"\d")


@st.composite
def contexts(draw: st.DrawFn) -> dict[str, Any]:
    """Every attribute has a value or, one time in three, is missing."""
    found = {}
    for type_, keys in ATTRIBUTES.items():
        for key in keys:
            if draw(st.integers(0, 2)):
                found[key] = draw(VALUES[type_])
    return found


def attribute(key: str) -> Attribute:
    group, _, name = key.partition(".")
    return Attribute(group, name)


# ---------------------------------------------------------------- well-typed trees

Build = Callable[[], Expr]


class _Builder:
    """Draws a tree of a given type; `variables` holds the texts that quantifiers have bound."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.variables: list[str] = []

    def pick(self, *choices: Build) -> Expr:
        return self.draw(st.sampled_from(choices))()

    def of(self, type_: str, depth: int) -> Expr:
        return getattr(self, f"{type_}_tree")(depth - 1)  # type: ignore[no-any-return]  # found by name

    def known(self, type_: str) -> Expr:
        return attribute(self.draw(st.sampled_from(ATTRIBUTES[type_])))

    def boolean_tree(self, depth: int) -> Expr:
        if depth <= 0:
            return self.pick(lambda: Boolean(self.draw(st.booleans())), lambda: self.known("boolean"), self.has)
        return self.pick(
            lambda: And(self.terms(depth)),
            lambda: Or(self.terms(depth)),
            lambda: Not(self.of("boolean", depth)),
            lambda: self.comparison(depth),
            lambda: self.comparison(depth),
            lambda: In(self.of("text", depth), self.of("list", depth)),
            lambda: self.of("conditional", depth),
            lambda: self.test_of_text(depth),
            lambda: self.quantified(depth),
            self.has,
        )

    def has(self) -> Expr:
        type_ = self.draw(st.sampled_from(sorted(ATTRIBUTES)))
        return Has(attribute(self.draw(st.sampled_from(ATTRIBUTES[type_]))))

    def terms(self, depth: int) -> tuple[Expr, ...]:
        return tuple(self.of("boolean", depth) for _ in range(self.draw(st.integers(2, 3))))

    def comparison(self, depth: int) -> Expr:
        type_ = self.draw(st.sampled_from(("number", "number", "text", "boolean", "instant", "duration", "list")))
        signs = ("==", "!=") if type_ in {"boolean", "list"} else ("==", "!=", "<", "<=", ">", ">=")
        return Compare(self.draw(st.sampled_from(signs)), self.of(type_, depth), self.of(type_, depth))

    def conditional_tree(self, depth: int) -> Expr:
        return Conditional(self.of("boolean", depth), self.of("boolean", depth), self.of("boolean", depth))

    def test_of_text(self, depth: int) -> Expr:
        function = self.draw(st.sampled_from(("startsWith", "endsWith", "contains", "matches")))
        if function == "matches":
            pieces: list[str] = self.draw(st.lists(st.sampled_from(PATTERN_PIECES), min_size=1, max_size=4))
            return Call(function, self.of("text", depth), (Text("".join(pieces)),))
        return Call(function, self.of("text", depth), (self.of("text", depth),))

    def quantified(self, depth: int) -> Expr:
        if len(self.variables) == 2:
            return self.has()
        items = self.of("list", depth)
        variable = f"v{len(self.variables)}"
        self.variables.append(variable)
        body = self.of("boolean", depth)
        self.variables.pop()
        return Quantified(self.draw(st.sampled_from(("exists", "all"))), items, variable, body)

    def number_tree(self, depth: int) -> Expr:
        literal = self.draw(st.sampled_from(NUMBERS))
        if depth <= 0:
            return self.pick(lambda: self.known("number"), lambda: Number(abs(literal)))
        return self.pick(
            lambda: self.known("number"),
            lambda: Negate(self.of("number", depth)),
            lambda: self.arithmetic(depth),
            lambda: Call("size", None, (self.of(self.draw(st.sampled_from(("text", "list"))), depth),)),
            lambda: Call("size", self.of("list", depth), ()),
            lambda: Conditional(self.of("boolean", depth), self.of("number", depth), self.of("number", depth)),
        )

    def arithmetic(self, depth: int) -> Expr:
        sign = self.draw(st.sampled_from("+-*/%"))
        if sign == "%":
            left, right = self.draw(st.integers(0, 9)), self.draw(st.integers(0, 9))
            return Arithmetic("%", Number(float(left)), Number(float(right)))
        return Arithmetic(sign, self.of("number", depth), self.of("number", depth))

    def text_tree(self, depth: int) -> Expr:
        literal = Text(self.draw(st.sampled_from(TEXTS)))
        bound = self.draw(st.booleans())
        if bound and self.variables:
            return Variable(self.draw(st.sampled_from(self.variables)))
        if depth <= 0:
            return self.pick(lambda: self.known("text"), lambda: literal)
        return self.pick(
            lambda: self.known("text"),
            lambda: literal,
            lambda: Arithmetic("+", self.of("text", depth), self.of("text", depth)),
            lambda: Index(self.of("list", depth), Number(float(self.draw(st.integers(0, 3))))),
        )

    def list_tree(self, depth: int) -> Expr:
        if depth <= 0:
            return self.known("list")
        size = self.draw(st.integers(0, 3))
        return self.pick(
            lambda: self.known("list"),
            lambda: Listing(tuple(self.of("text", depth) for _ in range(size))),
        )

    def instant_tree(self, depth: int) -> Expr:
        written = self.draw(st.sampled_from(INSTANTS)).isoformat().replace("+00:00", "Z")
        if depth <= 0:
            return self.pick(lambda: self.known("instant"), lambda: Call("timestamp", None, (Text(written),)))
        sign = self.draw(st.sampled_from("+-"))
        return Arithmetic(sign, self.of("instant", depth), self.of("duration", depth))

    def duration_tree(self, depth: int) -> Expr:
        written = self.draw(st.sampled_from(("0s", "1h", "1h30m", "-90m", "1500ms", "2.5s", "1000h")))
        if depth <= 0:
            return Call("duration", None, (Text(written),))
        sign = self.draw(st.sampled_from("+-"))
        type_ = self.draw(st.sampled_from(("instant", "duration"))) if sign == "-" else "duration"
        return Arithmetic(sign, self.of(type_, depth), self.of(type_, depth))


@st.composite
def conditions(draw: st.DrawFn, depth: int = 4) -> Expr:
    """A well-typed tree whose value is a truth value."""
    return _Builder(draw).of("boolean", draw(st.integers(1, depth)))


@st.composite
def comparisons(draw: st.DrawFn) -> Expr:
    """A well-typed comparison of computed numbers, texts, instants, durations or lists."""
    return _Builder(draw).comparison(3)


# ---------------------------------------------------------------- any tree the grammar can write

_NAMES = st.sampled_from(("a", "b", "customer", "x1", "_y"))
_FUNCTIONS = st.sampled_from(("size", "contains", "exists", "all", "has", "f"))
_LEAVES = st.one_of(
    st.floats(min_value=0, allow_infinity=False, allow_nan=False).map(Number),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(Text),
    st.booleans().map(Boolean),
    st.builds(Null),
    st.builds(Attribute, _NAMES, _NAMES),
    _NAMES.map(Variable),
    st.builds(Has, st.builds(Attribute, _NAMES, _NAMES)),
)


def _grown(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Not, parts),
        st.builds(Negate, parts),
        st.builds(Compare, st.sampled_from(("==", "!=", "<", "<=", ">", ">=")), parts, parts),
        st.builds(In, parts, parts),
        st.builds(Arithmetic, st.sampled_from("+-*/%"), parts, parts),
        st.builds(Conditional, parts, parts, parts),
        st.builds(Index, parts, parts),
        st.builds(Listing, st.lists(parts, max_size=3).map(tuple)),
        st.builds(Select, parts.filter(lambda part: not isinstance(part, Variable)), _NAMES),
        st.builds(Quantified, st.sampled_from(("exists", "all")), parts, st.just("v"), parts),
        st.builds(
            Call, _FUNCTIONS.filter(lambda name: name != "has"), st.none(), st.lists(parts, max_size=2).map(tuple)
        ),
        st.builds(Call, _FUNCTIONS, parts, st.lists(parts, max_size=1).map(tuple)),
    )


trees: st.SearchStrategy[Expr] = st.recursive(_LEAVES, _grown, max_leaves=12)


def _operated(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Arithmetic, st.sampled_from("+-*/%"), parts, parts),
        st.builds(Compare, st.sampled_from(("==", "<")), parts, parts),
        st.one_of(st.builds(Not, parts), st.builds(Negate, parts), st.builds(In, parts, parts)),
        st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Conditional, parts, parts, parts)),
    )


operators: st.SearchStrategy[Expr] = st.recursive(st.just(Variable("a")), _operated, max_leaves=8)
"""Trees of operators only, for what binds tighter than what."""
