"""How large a condition may be, so that reading and evaluating it stay cheap whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tradewind.engine.core.conditions.faults import ConditionFault, Place
from tradewind.engine.core.conditions.tree import Expr, Listing, Quantified, children, walk

LONGEST: Final = 8000
"""Characters in a condition."""
DEEPEST: Final = 64
"""Levels in its tree, and brackets inside brackets."""
MOST_NODES: Final = 2000
MOST_QUANTIFIERS: Final = 2
"""`exists` and `all` inside one another."""
MOST_STEPS: Final = 20_000
"""Steps to evaluate it, where a list attribute is taken to have 20 items."""


def too_long(text: str) -> ConditionFault:
    """The fault of a text over `LONGEST` characters, which is not read at all."""
    message = f"a condition has at most {LONGEST} characters, this one has {len(text)}"
    return ConditionFault("too_long", message, 1, 1)


def too_deep(at: Place) -> ConditionFault:
    """The fault of a part that stands below `DEEPEST` levels."""
    return ConditionFault.at(at, "too_deep", f"a condition nests at most {DEEPEST} levels")


def too_much(expr: Expr) -> Iterator[ConditionFault]:
    """Every limit that a tree exceeds."""
    nodes = list(walk(expr))
    deep = next((node for node, depth in nodes if depth > DEEPEST), None)
    if deep is not None:
        yield too_deep(deep.at)
    if len(nodes) > MOST_NODES:
        message = f"a condition has at most {MOST_NODES} parts, this one has {len(nodes)}"
        yield ConditionFault.at(nodes[MOST_NODES][0].at, "too_large", message)
    if deep is None:
        yield from _too_costly(expr)


def _too_costly(expr: Expr) -> Iterator[ConditionFault]:
    inmost = _over_quantified(expr, 0)
    if inmost is not None:
        message = f"exists and all stand inside one another at most {MOST_QUANTIFIERS} times"
        yield ConditionFault.at(inmost.at, "too_costly", message)
    elif _steps(expr) > MOST_STEPS:
        yield ConditionFault.at(expr.at, "too_costly", "exists and all go over too many items here; use shorter lists")


def _over_quantified(expr: Expr, around: int) -> Quantified | None:
    """The first `exists` or `all` that stands inside too many others."""
    if isinstance(expr, Quantified):
        around += 1
        if around > MOST_QUANTIFIERS:
            return expr
    return next(filter(None, (_over_quantified(child, around) for child in children(expr))), None)


def _steps(expr: Expr) -> int:
    if isinstance(expr, Quantified):
        items = len(expr.items.items) if isinstance(expr.items, Listing) else 20
        return 1 + _steps(expr.items) + items * _steps(expr.body)
    return 1 + sum(_steps(child) for child in children(expr))
