"""Which predicates are so simple that a row of numbers says all about them.

A row looks at one input only: an attribute, or what is asked of the contact history. It is a `Comparison` of a
number with a literal, a `Lookup` of a text or a truth value, or a truth that never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tradewind.engine.core.conditions.evaluating import evaluate
from tradewind.engine.core.conditions.history import history_key, is_history
from tradewind.engine.core.conditions.tree import (
    And,
    Attribute,
    Boolean,
    Call,
    Compare,
    Expr,
    Has,
    In,
    Listing,
    Not,
    Number,
    Or,
    Quantified,
    Text,
    Variable,
    walk,
)
from tradewind.engine.core.conditions.values import UNKNOWN

FALSE, OPEN, TRUE = 0, 1, 2
"""The truth values as numbers; what is open is unknown."""

_MIRRORED: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The number under `key` compared with a literal that is not NaN."""

    key: str
    sign: str
    literal: float


@dataclass(frozen=True, slots=True)
class Lookup:
    """Some texts or truth values under `key` have a truth of their own; `other` ones and none at all have another."""

    key: str
    truths: tuple[tuple[str | bool, int], ...]
    other: int
    missing: int = OPEN


Row = Comparison | Lookup


def truth(value: Any) -> int:
    """A value as a truth: what is neither true nor false is open."""
    return TRUE if value is True else FALSE if value is False else OPEN


def constant(expr: Expr) -> Any:
    """What an expression is worth in every context; UNKNOWN where it is worth nothing, or not the same everywhere."""
    match expr:
        case Number(value=value) | Text(value=value) | Boolean(value=value):
            return value
        case Attribute():
            return UNKNOWN
    free = any(isinstance(node, Attribute | Variable | Quantified) or is_history(node) for node, _ in walk(expr))
    return UNKNOWN if free else evaluate(expr, {})


def row_of(expr: Expr) -> Row | None:
    """The row of a predicate, None where only the tree says what it is worth."""
    match expr:
        case Attribute(key=key):
            return Lookup(key, ((True, TRUE), (False, FALSE)), other=OPEN)
        case Has(attribute=attribute):
            return Lookup(attribute.key, (), other=TRUE, missing=FALSE)
        case Compare(sign=sign, left=left, right=right):
            return _comparison(left, sign, constant(right)) or _comparison(right, _MIRRORED[sign], constant(left))
        case In(item=item, items=items):
            return _membership(item, constant(items))
        case _:
            return None


def spelt_out(expr: Expr) -> Expr:
    """A condition that is worth the same, where `in` a list that has no row is a choice of `==` that have one."""
    match expr:
        case And(terms=terms):
            return And(tuple(map(spelt_out, terms)))
        case Or(terms=terms):
            return Or(tuple(map(spelt_out, terms)))
        case Not(operand=operand):
            return Not(spelt_out(operand))
        case In(item=item, items=Listing(items=nodes)) if row_of(expr) is None:
            choices = tuple(dict.fromkeys(Compare("==", item, node) for node in nodes))
            if choices and all(row_of(choice) for choice in choices):
                return Or(choices) if len(choices) > 1 else choices[0]
    return expr


def _key(expr: Expr) -> str | None:
    """The input that an expression is, None where it is not simply one."""
    match expr:
        case Attribute(key=key):
            return key
        case Call() if is_history(expr):
            return history_key(expr)
        case _:
            return None


def _comparison(expr: Expr, sign: str, literal: Any) -> Row | None:
    key = _key(expr)
    if key is None:
        return None
    if isinstance(literal, float) and literal == literal:  # noqa: PLR0124 - NaN has no row
        return Comparison(key, sign, literal)
    if isinstance(literal, str | bool) and sign in {"==", "!="}:
        same, other = (TRUE, FALSE) if sign == "==" else (FALSE, TRUE)
        return Lookup(key, ((literal, same),), other)
    return None


def _membership(item: Expr, items: Any) -> Row | None:
    key = _key(item)
    if key is None or not isinstance(items, tuple) or not all(isinstance(one, str) for one in items):
        return None
    return Lookup(key, tuple((text, TRUE) for text in dict.fromkeys(items)), FALSE)
