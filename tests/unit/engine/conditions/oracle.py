"""The same condition asked of another implementation of CEL, and where the two are known to differ.

- A number is a double here, so literals and `size` are written as doubles, and `%`, which CEL has only
  for whole numbers, goes through `int`.
- CEL lets `exists` and `all` absorb errors as `||` and `&&` do; the library does not, so a quantifier
  whose body could fail is written out term by term.
- `size` counts code points, the library bytes: the generated texts are ASCII.
"""

from __future__ import annotations

from typing import Any

import cel

from tradewind.engine.core.conditions import UNKNOWN, Expr
from tradewind.engine.core.conditions.printing import quoted
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
    Number,
    Or,
    Quantified,
    Text,
    Variable,
    walk,
)

Bound = dict[str, str]


def answer(expr: Expr, context: dict[str, Any]) -> Any:
    """The library's value; any error is UNKNOWN, except that it cannot read the text."""
    program = cel.compile(_Writer(context).text(expr, {}))
    groups: dict[str, dict[str, Any]] = {"customer": {}, "agent": {}}
    for key, value in context.items():
        group, _, name = key.partition(".")
        groups[group][name] = list(value) if isinstance(value, tuple) else value
    try:
        return program.execute(groups)
    except Exception:  # noqa: BLE001 - the library raises a different class for every kind of error
        return UNKNOWN


class _Writer:
    """Writes a tree with all brackets, so that it does not depend on our own printer."""

    def __init__(self, context: dict[str, Any]) -> None:
        self.context = context

    def text(self, expr: Expr, bound: Bound) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a shape
        match expr:
            case Number(value=number):
                return repr(number)
            case Text(value=text):
                return quoted(text)
            case Boolean(value=value):
                return str(value).lower()
            case Attribute():
                return expr.key
            case Variable(name=name):
                return bound[name]
            case Has(attribute=attribute):
                return f"has({attribute.key})"
            case Not(operand=operand):
                return f"(!({self.text(operand, bound)}))"
            case Negate(operand=operand):
                return f"(-({self.text(operand, bound)}))"
            case And(terms=terms):
                return self.joined(" && ", terms, bound)
            case Or(terms=terms):
                return self.joined(" || ", terms, bound)
            case Compare(sign=sign, left=left, right=right):
                return f"({self.text(left, bound)} {sign} {self.text(right, bound)})"
            case In(item=item, items=items):
                return f"({self.text(item, bound)} in {self.text(items, bound)})"
            case Arithmetic(sign="%", left=left, right=right):
                return f"double(int({self.text(left, bound)}) % int({self.text(right, bound)}))"
            case Arithmetic(sign=sign, left=left, right=right):
                return f"({self.text(left, bound)} {sign} {self.text(right, bound)})"
            case Conditional(test=test, yes=yes, no=no):
                return f"({self.text(test, bound)} ? {self.text(yes, bound)} : {self.text(no, bound)})"
            case Listing(items=items):
                return f"[{', '.join(self.text(item, bound) for item in items)}]"
            case Index(operand=operand, index=Number(value=index)):
                return f"{self.text(operand, bound)}[{int(index)}]"
            case Call():
                return self.call(expr, bound)
            case Quantified():
                return self.quantified(expr, bound)
            case _:
                raise AssertionError(f"the oracle is not asked for {expr}")

    def joined(self, sign: str, terms: tuple[Expr, ...], bound: Bound) -> str:
        return "(" + sign.join(self.text(term, bound) for term in terms) + ")"

    def call(self, expr: Call, bound: Bound) -> str:
        arguments = ", ".join(self.text(argument, bound) for argument in expr.arguments)
        receiver = "" if expr.receiver is None else f"({self.text(expr.receiver, bound)})."
        call = f"{receiver}{expr.function}({arguments})"
        return f"double({call})" if expr.function == "size" else call

    def quantified(self, expr: Quantified, bound: Bound) -> str:
        items = self.text(expr.items, bound)
        if not _may_fail(expr.body):
            body = self.text(expr.body, {**bound, expr.variable: expr.variable})
            return f"{items}.{expr.quantifier}({expr.variable}, {body})"
        sign, empty = (" || ", "false") if expr.quantifier == "exists" else (" && ", "true")
        bodies = [self.text(expr.body, {**bound, expr.variable: item}) for item in self.items(expr.items, bound)]
        return f"(size({items}) >= 0 ? ({sign.join((*bodies, empty))}) : false)"

    def items(self, expr: Expr, bound: Bound) -> list[str]:
        if isinstance(expr, Listing):
            return [self.text(item, bound) for item in expr.items]
        assert isinstance(expr, Attribute)
        return [quoted(item) for item in self.context.get(expr.key, ())]


def _may_fail(body: Expr) -> bool:
    return any(isinstance(node, Attribute | Index | Arithmetic | Negate) for node, _ in walk(body))
