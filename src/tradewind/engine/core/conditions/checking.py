"""The type checker: every fault of a condition against the condition groups, each where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from tradewind.engine.core.conditions.automaton import Pattern
from tradewind.engine.core.conditions.faults import START, ConditionFault, Place, did_you_mean, in_order
from tradewind.engine.core.conditions.functions import NAMES, Function, named
from tradewind.engine.core.conditions.history import faults_of
from tradewind.engine.core.conditions.parsing import QUANTIFIERS, read
from tradewind.engine.core.conditions.schema import Schema
from tradewind.engine.core.conditions.tree import (
    And,
    Arithmetic,
    Attribute,
    Boolean,
    Broken,
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
    Null,
    Number,
    Or,
    Quantified,
    Select,
    Text,
    Variable,
    walk,
)
from tradewind.engine.core.conditions.values import (
    ANY,
    BOOLEAN,
    LIST,
    NUMBER,
    ORDERED,
    SUMS,
    TEXT,
    Type,
    fits,
    joined,
    plain,
    with_article,
)

MOST_FAULTS: Final = 100
MOST_HINTS: Final = 10
"""Faults that say what was probably meant: looking for it among all names takes time."""
MOST_PATTERN_STATES: Final = 4000
"""What all patterns of a condition may come to, about a state for a character once repetitions are written out."""

_STATES_OF_A_BAD_PATTERN: Final = 400


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found. `expression` is None where the syntax is broken, `type` where anything is faulty."""

    expression: Expr | None
    type: str | None
    faults: tuple[ConditionFault, ...]


def check(text: str, schema: Schema, *, expects: str = "boolean") -> Checked:
    """Parses and type-checks a condition, and finds all faults (at most 100), in order of position.

    Args:
        text: the condition as it was written; any text whatever is answered with faults, never raises.
        schema: what it may speak of.
        expects: the type the whole must have: boolean, number, text, category, instant, duration, list,
            or any where every type will do.
    """
    expr, faults = read(text)
    checker = _Checker(schema)
    found = checker.type_of(expr)
    if not _meets(found, expects):
        checker.fault(
            _start(expr), "wrong_type", f"the whole must be {with_article(expects)}, it is {with_article(found)}"
        )
    found_faults = in_order((*faults, *checker.faults))[:MOST_FAULTS]
    return Checked(None if faults else expr, None if found_faults else found.name, found_faults)


def _meets(found: Type, expects: str) -> bool:
    if "any" in {found.name, expects}:
        return True
    return found.name == expects or (found.is_textual and expects in {"text", "category"})


def _start(expr: Expr) -> Place:
    """Where the expression begins."""
    return min((node.at for node, _ in walk(expr)), default=START)


class _Checker:
    """Walks a tree once; faults gather, and what is faulty has type ANY so that it is reported once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.faults: list[ConditionFault] = []
        self.hints_left = MOST_HINTS
        self.states_left = MOST_PATTERN_STATES
        self.bound: dict[str, Type] = {}

    def fault(self, at: Place, code: str, message: str) -> Type:
        self.faults.append(ConditionFault.at(at, code, message))
        return ANY

    def hint(self, find: Callable[[], str]) -> str:
        """What was probably meant, for the first faults."""
        self.hints_left -= 1
        return find() if self.hints_left >= 0 else ""

    @contextmanager
    def binding(self, name: str, type_: Type) -> Iterator[None]:
        before = self.bound
        self.bound = {**before, name: type_}
        yield
        self.bound = before

    def type_of(self, expr: Expr) -> Type:  # noqa: C901, PLR0911, PLR0912 - one line a shape
        match expr:
            case Number():
                return NUMBER
            case Text():
                return TEXT
            case Boolean():
                return BOOLEAN
            case Broken():
                return ANY
            case Null():
                message = (
                    "there is no null; has(customer.x) asks whether a value is known, !has(customer.x) whether not"
                )
                return self.fault(expr.at, "null_refused", message)
            case Attribute():
                return self.attribute(expr)
            case Has(attribute=attribute):
                self.attribute(attribute)
                return BOOLEAN
            case Variable():
                return self.variable(expr)
            case Select():
                self.type_of(expr.operand)
                return self.fault(
                    expr.at, "unknown_attribute", f"a value has no .{expr.name}; attributes are group.name"
                )
            case And(terms=terms) | Or(terms=terms):
                for term in terms:
                    self.wanted(term, BOOLEAN, "&&" if isinstance(expr, And) else "||")
                return BOOLEAN
            case Not(operand=operand):
                self.wanted(operand, BOOLEAN, "!")
                return BOOLEAN
            case Negate():
                return self.negate(expr)
            case Compare():
                return self.compare(expr)
            case In():
                return self.contained(expr)
            case Arithmetic():
                return self.arithmetic(expr)
            case Conditional():
                return self.conditional(expr)
            case Listing():
                return self.listing(expr)
            case Index():
                return self.index(expr)
            case Quantified():
                return self.quantified(expr)
            case Call():
                return self.call(expr)

    # ---- names

    def attribute(self, expr: Attribute) -> Type:
        if found := self.schema.type_of(expr.key):
            return found
        hint = self.hint(lambda: self.schema.suggestion(expr.key))
        return self.fault(expr.at, "unknown_attribute", f"{expr.key} is not declared{hint}")

    def variable(self, expr: Variable) -> Type:
        if found := self.bound.get(expr.name):
            return found
        if expr.name in self.schema.groups:
            message = f"{expr.name} is a condition group; name one of its attributes, as in {expr.name}.…"
            return self.fault(expr.at, "unknown_attribute", message)
        message = f"{expr.name} is not declared; attributes are written group.name, texts in quotes"
        suggestion = self.hint(lambda: self.schema.suggestion(expr.name))
        return self.fault(
            expr.at, "unknown_attribute", f"{expr.name} is not declared{suggestion}" if suggestion else message
        )

    # ---- operators

    def wanted(self, expr: Expr, wanted: Type, who: str) -> Type:
        found = self.type_of(expr)
        if fits(found, wanted):
            return found
        return self.fault(expr.at, "wrong_type", f"{who} needs {with_article(wanted)}, this is {with_article(found)}")

    def negate(self, expr: Negate) -> Type:
        return self.wanted(expr.operand, NUMBER, "-")

    def compare(self, expr: Compare) -> Type:
        left, right = self.type_of(expr.left), self.type_of(expr.right)
        if not fits(left, right):
            self.fault(expr.at, "wrong_type", f"{expr.sign} compares values of one type, not {left} with {right}")
        elif expr.sign in {"==", "!="}:
            self.values(expr.left, right)
            self.values(expr.right, left)
        else:
            self.ordered(expr, left, right)
        return BOOLEAN

    def ordered(self, expr: Compare, left: Type, right: Type) -> None:
        unordered = next((type_ for type_ in (left, right) if type_.name not in ORDERED), None)
        if unordered is not None:
            self.fault(
                expr.at,
                "wrong_type",
                f"{expr.sign} puts in order, and {with_article(unordered)} has no order; use == or in",
            )

    def contained(self, expr: In) -> Type:
        item = self.type_of(expr.item)
        items = self.wanted(expr.items, LIST, "in")
        inside = items.items or ANY
        if not fits(item, inside):
            self.fault(expr.at, "wrong_type", f"in cannot look for {with_article(item)} in {with_article(items)}")
        self.values(expr.item, inside)
        self.values(expr.items, item)
        return BOOLEAN

    def arithmetic(self, expr: Arithmetic) -> Type:
        left, right = self.type_of(expr.left), self.type_of(expr.right)
        if ANY in (left, right):
            return ANY
        if found := SUMS.get((expr.sign, plain(left), plain(right))):
            return found
        return self.fault(
            expr.at, "wrong_type", f"{expr.sign} is not defined between {with_article(left)} and {with_article(right)}"
        )

    def conditional(self, expr: Conditional) -> Type:
        self.wanted(expr.test, BOOLEAN, "?")
        yes, no = self.type_of(expr.yes), self.type_of(expr.no)
        if not fits(yes, no):
            return self.fault(expr.at, "wrong_type", f"both answers of ? need one type, not {yes} and {no}")
        return joined(yes, no)

    def listing(self, expr: Listing) -> Type:
        inside = ANY
        for item in expr.items:
            found = self.type_of(item)
            if not fits(found, inside):
                self.fault(item.at, "wrong_type", f"a list holds values of one type, not {inside} and {found}")
            inside = joined(inside, found)
        return Type("list", items=inside)

    def index(self, expr: Index) -> Type:
        items = self.wanted(expr.operand, LIST, "[…]")
        self.wanted(expr.index, NUMBER, "[…]")
        return items.items or ANY

    def quantified(self, expr: Quantified) -> Type:
        items = self.wanted(expr.items, LIST, expr.quantifier)
        with self.binding(expr.variable, items.items or ANY):
            self.wanted(expr.body, BOOLEAN, expr.quantifier)
        return BOOLEAN

    def values(self, expr: Expr, wanted: Type) -> None:
        """Texts written out where a category is wanted must be among its values."""
        wanted = wanted.items or wanted
        if not wanted.values:
            return
        known = frozenset(wanted.values)
        for text in _written(expr):
            if text.value not in known:
                near = self.hint(partial(did_you_mean, text.value, wanted.values))
                hint = near or f"; there are {_some(wanted.values)}"
                self.fault(text.at, "unknown_category_value", f'"{text.value}" is not among the values{hint}')

    # ---- functions

    def call(self, expr: Call) -> Type:
        nodes = expr.arguments if expr.receiver is None else (expr.receiver, *expr.arguments)
        method = expr.receiver is not None
        if expr.function in (QUANTIFIERS if method else {"has"}):
            return self.misused(expr)
        ways = named(expr.function)
        if not ways:
            return self.unknown_function(expr, nodes)
        types = [self.type_of(node) for node in nodes]
        fitting = [way for way in ways if (way.receiver is not None) == method]
        found = next((way for way in fitting if way.takes(types)), None)
        if found is None:
            usage = " or ".join(way.usage for way in fitting or ways)
            code = "wrong_type" if any(len(way.wanted) == len(types) for way in fitting) else "wrong_arguments"
            return self.fault(expr.at, code, f"{expr.function} is used as {usage}")
        self.literal(found, expr)
        self.faults += faults_of(expr)
        return found.result

    def unknown_function(self, expr: Call, nodes: tuple[Expr, ...]) -> Type:
        for node in nodes:
            self.type_of(node)
        hint = self.hint(lambda: did_you_mean(expr.function, NAMES))
        message = f"there is no function {expr.function}{hint}"
        return self.fault(expr.at, "unknown_function", message)

    def misused(self, expr: Call) -> Type:
        usage = "has(group.name)" if expr.function == "has" else f"list.{expr.function}(item, condition on item)"
        return self.fault(expr.at, "wrong_arguments", f"{expr.function} is used as {usage}")

    def literal(self, function: Function, expr: Call) -> None:
        if function.literal is None:
            return
        last = expr.arguments[-1]
        if not isinstance(last, Text):
            if function.written:
                self.fault(last.at, function.code, f"what {function.name} looks for must be written out as a text")
            return
        if self.states_left < 0:
            return
        try:
            read = function.literal(last.value)
        except ValueError as error:
            self.states_left -= _STATES_OF_A_BAD_PATTERN
            self.fault(last.at, function.code, str(error))
            return
        self.states_left -= len(read.states) if isinstance(read, Pattern) else 0
        if self.states_left < 0:
            self.fault(last.at, "too_costly", "the patterns of a condition are too large together; use fewer")


def _written(expr: Expr) -> Iterator[Text]:
    """The texts an expression may be, as far as they are written out."""
    match expr:
        case Text():
            yield expr
        case Conditional(yes=yes, no=no):
            yield from _written(yes)
            yield from _written(no)
        case Listing(items=items):
            for item in items:
                yield from _written(item)
        case _:
            return


def _some(values: tuple[str, ...]) -> str:
    shown = ", ".join(f'"{value}"' for value in values[:8])
    return shown if len(values) <= 8 else f"{shown} and {len(values) - 8} more"
