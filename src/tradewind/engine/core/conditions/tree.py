"""The tree of a condition: frozen nodes that are equal when they say the same, wherever they stand.

`at` is where the node's own word or sign stands (for `a < b` the `<`); it takes no part in equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tradewind.engine.core.conditions.faults import START, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every part of a condition has: its place in the text."""

    at: Place = field(default=START, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A literal number; every number is a double, so `24` and `24.0` are the same node."""

    value: float


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A literal text, escapes already resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Null(Node):
    """`null` is read so that the checker can say what to write instead."""


@dataclass(frozen=True, slots=True)
class Listing(Node):
    """A literal list, `[a, b]`."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`group.name`, an attribute of a condition group."""

    group: str
    name: str

    @property
    def key(self) -> str:
        """The full name, as contexts are keyed."""
        return f"{self.group}.{self.name}"


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A bare name: the variable of `exists` or `all` where one is bound, otherwise a fault."""

    name: str


@dataclass(frozen=True, slots=True)
class Select(Node):
    """`operand.name` that is no attribute; there are no records inside values, so it is a fault."""

    operand: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`operand[index]`, counted from 0."""

    operand: Expr
    index: Expr


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`!operand`."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-operand`."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class And(Node):
    """Two or more terms; a chain `a && b && c` is one node."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Two or more terms; a chain `a || b || c` is one node."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`sign` is one of == != < <= > >=."""

    sign: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class In(Node):
    """`item in items`."""

    item: Expr
    items: Expr


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`sign` is one of + - * / %."""

    sign: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`test ? yes : no`."""

    test: Expr
    yes: Expr
    no: Expr


@dataclass(frozen=True, slots=True)
class Has(Node):
    """`has(group.name)`: never unknown."""

    attribute: Attribute


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`items.exists(variable, body)` or `items.all(variable, body)`; `quantifier` is the word."""

    quantifier: str
    items: Expr
    variable: str
    body: Expr


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(arguments)`, or `receiver.function(arguments)`."""

    function: str
    receiver: Expr | None
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Broken(Node):
    """Stands where a term could not be read, so that the rest can still be checked."""


Expr = (
    Number
    | Text
    | Boolean
    | Null
    | Listing
    | Attribute
    | Variable
    | Select
    | Index
    | Not
    | Negate
    | And
    | Or
    | Compare
    | In
    | Arithmetic
    | Conditional
    | Has
    | Quantified
    | Call
    | Broken
)


def children(expr: Expr) -> tuple[Expr, ...]:  # noqa: PLR0911 - one line a shape
    """The nodes directly below, from left to right."""
    match expr:
        case Listing(items=nodes) | And(terms=nodes) | Or(terms=nodes):
            return nodes
        case Select(operand=node) | Not(operand=node) | Negate(operand=node):
            return (node,)
        case Index(operand=left, index=right) | In(item=left, items=right):
            return (left, right)
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case Conditional(test=test, yes=yes, no=no):
            return (test, yes, no)
        case Has(attribute=attribute):
            return (attribute,)
        case Quantified(items=items, body=body):
            return (items, body)
        case Call(receiver=receiver, arguments=arguments):
            return arguments if receiver is None else (receiver, *arguments)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[tuple[Expr, int]]:
    """Every node with its depth (the root has 1), parents before children; needs no recursion."""
    stack: list[tuple[Expr, int]] = [(expr, 1)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        stack.extend((child, depth + 1) for child in reversed(children(node)))


def attributes(expr: Expr) -> tuple[Attribute, ...]:
    """The attributes a condition reads, each once, in order of appearance."""
    return tuple(dict.fromkeys(node for node, _ in walk(expr) if isinstance(node, Attribute)))


def terms(expr: Expr) -> tuple[Expr, ...]:
    """What must all be true for the condition to be: the terms of its `&&`, or the condition itself."""
    return expr.terms if isinstance(expr, And) else (expr,)
