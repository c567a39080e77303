"""What a condition is worth in a context: three-valued, total, without side effects.

Missing attributes and operations without an answer are UNKNOWN, which acts like CEL's error:
`&&` is false when any term is false, `||` is true when any is true, everything else passes it on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tradewind.engine.core.conditions.functions import overload
from tradewind.engine.core.conditions.history import history_key, is_history
from tradewind.engine.core.conditions.tree import (
    And,
    Arithmetic,
    Attribute,
    Boolean,
    Call,
    Compare,
    Conditional,
    Expr,
    Has,
    In,
    Index,
    Listing,
    Negate,
    Not,
    Number,
    Or,
    Quantified,
    Text,
    Variable,
)
from tradewind.engine.core.conditions.values import UNKNOWN, type_of

Context = Mapping[str, Any]
Bound = Mapping[str, Any]

MOST_ITEMS: Final = 500
"""`exists` and `all` over more items than this are unknown, so that no call can make a decision slow."""

MOST_PAIRS: Final = 10_000
"""The same for an `exists` or `all` inside another: the items of both, multiplied."""

_AROUND: Final = ""
"""Where the number of items of the loop around stands among what is bound; no variable is called like this."""

_NOTHING_BOUND: Final[Bound] = {}


def evaluate(expr: Expr, context: Context) -> Any:
    """The value of an expression in a flat context (`group.attribute` to value), or UNKNOWN.

    Never raises, whatever the tree and the values: what makes no sense is UNKNOWN.
    """
    return _value(expr, context, _NOTHING_BOUND)


def _value(expr: Expr, context: Context, bound: Bound) -> Any:  # noqa: C901, PLR0911, PLR0912 - one line a shape
    match expr:
        case Number(value=literal) | Text(value=literal) | Boolean(value=literal):
            return literal
        case Attribute():
            return _known(context.get(expr.key))
        case Has(attribute=attribute):
            return context.get(attribute.key) is not None
        case Compare(sign=sign, left=left, right=right):
            return compared(sign, _value(left, context, bound), _value(right, context, bound))
        case In(item=item, items=items):
            return contained(_value(item, context, bound), _value(items, context, bound))
        case And(terms=terms):
            return both(_value(term, context, bound) for term in terms)
        case Or(terms=terms):
            return either(_value(term, context, bound) for term in terms)
        case Not(operand=operand):
            return denied(_value(operand, context, bound))
        case Arithmetic(sign=sign, left=left, right=right):
            return computed(sign, _value(left, context, bound), _value(right, context, bound))
        case Negate(operand=operand):
            return negated(_value(operand, context, bound))
        case Listing(items=nodes):
            values = tuple(_value(node, context, bound) for node in nodes)
            return UNKNOWN if any(value is UNKNOWN for value in values) else values
        case Conditional(test=test, yes=yes, no=no):
            chosen = _value(test, context, bound)
            return _value(yes if chosen else no, context, bound) if isinstance(chosen, bool) else UNKNOWN
        case Quantified():
            return _quantified(expr, context, bound)
        case Call():
            return _called(expr, context, bound)
        case Index(operand=operand, index=index):
            return indexed(_value(operand, context, bound), _value(index, context, bound))
        case Variable(name=name):
            return bound.get(name, UNKNOWN)
        case _:
            return UNKNOWN


def _known(value: Any) -> Any:
    return UNKNOWN if value is None else value


def both(values: Iterable[Any]) -> Any:
    """`&&`: false if any is false, else unknown if any is no truth value, else true."""
    answer: Any = True
    for value in values:
        if value is False:
            return False
        if value is not True:
            answer = UNKNOWN
    return answer


def either(values: Iterable[Any]) -> Any:
    """`||`: true if any is true, else unknown if any is no truth value, else false."""
    answer: Any = False
    for value in values:
        if value is True:
            return True
        if value is not False:
            answer = UNKNOWN
    return answer


def denied(value: Any) -> Any:
    """`!`: unknown of everything that is no truth value."""
    return not value if isinstance(value, bool) else UNKNOWN


def equal(left: Any, right: Any) -> bool:
    """Equality of two known values; values of different types are never equal, NaN not even to itself."""
    kind = type_of(left)
    if kind is None or kind != type_of(right):
        return False
    if kind.name == "list":
        return len(left) == len(right) and all(equal(*pair) for pair in zip(left, right, strict=True))
    return bool(left == right)


def compared(sign: str, left: Any, right: Any) -> Any:
    """`== != < <= > >=`: unknown where a side is, and for values that have no order among them."""
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if sign == "==":
        return equal(left, right)
    if sign == "!=":
        return not equal(left, right)
    return _ordered(sign, left, right)


def _ordered(sign: str, left: Any, right: Any) -> Any:
    kind = type_of(left)
    if kind is None or kind != type_of(right) or kind.name in {"boolean", "list"} or _naive(left) != _naive(right):
        return UNKNOWN
    if left != left or right != right:  # noqa: PLR0124 - only NaN differs from itself, and it has no order
        return UNKNOWN
    return _ORDERS[sign](left, right)


def _naive(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}


def contained(item: Any, items: Any) -> Any:
    """`in`: unknown where the item is or the list is none."""
    if item is UNKNOWN or not isinstance(items, tuple | list):
        return UNKNOWN
    return any(equal(item, one) for one in items)


def indexed(items: Any, index: Any) -> Any:
    """The item at a whole number counted from 0; beyond the end, before the start or between: unknown."""
    if not isinstance(items, tuple | list) or type_of(index) is None or isinstance(index, bool | str):
        return UNKNOWN
    if not isinstance(index, int | float) or not 0 <= index < len(items) or index != int(index):
        return UNKNOWN
    return items[int(index)]


def negated(value: Any) -> Any:
    """`-` before a number or a duration."""
    return computed("*", value, -1.0)


def computed(sign: str, left: Any, right: Any) -> Any:
    """`+ - * / %` as IEEE 754 doubles compute them; texts join; instants and durations add and subtract."""
    kinds = type_of(left), type_of(right)
    if None in kinds:
        return UNKNOWN
    names = tuple(kind.name for kind in kinds if kind is not None)
    try:
        if names == ("number", "number"):
            return _NUMBERS[sign](float(left), float(right))
        if names == ("text", "text") and sign == "+":
            return left + right
        return _on_times(sign, left, right) if (*names, sign) in _TIMES else UNKNOWN
    except OverflowError:
        return UNKNOWN


def _divided(left: float, right: float) -> float:
    if right != 0.0:
        return left / right
    if left == 0.0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _remainder(left: float, right: float) -> Any:
    if right == 0.0 or math.isinf(left):
        return UNKNOWN
    return math.fmod(left, right)


_NUMBERS: Final[Mapping[str, Callable[[float, float], Any]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
    "%": _remainder,
}

_TIMES: Final = frozenset(
    {
        ("instant", "instant", "-"),
        ("instant", "duration", "+"),
        ("instant", "duration", "-"),
        ("duration", "instant", "+"),
        ("duration", "duration", "+"),
        ("duration", "duration", "-"),
    }
)


def _on_times(sign: str, left: Any, right: Any) -> datetime | timedelta | Any:
    if isinstance(left, datetime) and isinstance(right, datetime) and _naive(left) != _naive(right):
        return UNKNOWN
    return left + right if sign == "+" else left - right


def _quantified(expr: Quantified, context: Context, bound: Bound) -> Any:
    items = _value(expr.items, context, bound)
    if not isinstance(items, tuple | list) or len(items) > MOST_ITEMS:
        return UNKNOWN
    around = bound.get(_AROUND, 1) * len(items)
    if around > MOST_PAIRS:
        return UNKNOWN
    values = (_value(expr.body, context, {**bound, expr.variable: item, _AROUND: around}) for item in items)
    return either(values) if expr.quantifier == "exists" else both(values)


def _called(expr: Call, context: Context, bound: Bound) -> Any:
    if is_history(expr):
        key = history_key(expr)
        return UNKNOWN if key is None else _known(context.get(key))
    nodes = expr.arguments if expr.receiver is None else (expr.receiver, *expr.arguments)
    values = [_value(node, context, bound) for node in nodes]
    function = overload(expr.function, method=expr.receiver is not None, values=values)
    if function is None:
        return UNKNOWN
    try:
        return function.run(*values)
    except ValueError:
        return UNKNOWN
