"""From a tree back to text, with as few brackets as the grammar allows, and to JSON for a rule builder."""

from __future__ import annotations

from typing import Any, Final

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
)

_CONDITIONAL, _OR, _AND, _RELATION, _SUM, _PRODUCT, _UNARY, _MEMBER = range(8)
_LEVELS: Final = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "%": _PRODUCT}
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def to_text(expr: Expr) -> str:
    """A text that parses to the same tree.

    >>> from tradewind.engine.core.conditions import parse
    >>> to_text(parse("((customer.age)>=18)&&(customer.city=='Iași'||true)"))
    'customer.age >= 18 && (customer.city == "Iași" || true)'
    """
    return _printed(expr)[0]


def _at(expr: Expr, level: int) -> str:
    text, found = _printed(expr)
    return text if found >= level else f"({text})"


def _printed(expr: Expr) -> tuple[str, int]:  # noqa: C901, PLR0911, PLR0912 - one line a shape
    """The text and how tightly it holds together."""
    match expr:
        case Conditional(test=test, yes=yes, no=no):
            return f"{_at(test, _OR)} ? {_at(yes, _OR)} : {_at(no, _CONDITIONAL)}", _CONDITIONAL
        case Or(terms=terms):
            return " || ".join(_at(term, _AND) for term in terms), _OR
        case And(terms=terms):
            return " && ".join(_at(term, _RELATION) for term in terms), _AND
        case Compare(sign=sign, left=left, right=right):
            return f"{_at(left, _RELATION)} {sign} {_at(right, _SUM)}", _RELATION
        case In(item=item, items=items):
            return f"{_at(item, _RELATION)} in {_at(items, _SUM)}", _RELATION
        case Arithmetic(sign=sign, left=left, right=right):
            level = _LEVELS[sign]
            return f"{_at(left, level)} {sign} {_at(right, level + 1)}", level
        case Not(operand=operand):
            return "!" + _repeated(operand, Not), _UNARY
        case Negate(operand=operand):
            return "-" + _repeated(operand, Negate), _UNARY
        case Index(operand=operand, index=index):
            return f"{_at(operand, _MEMBER)}[{to_text(index)}]", _MEMBER
        case Select(operand=operand, name=name):
            return f"{_at(operand, _MEMBER)}.{name}", _MEMBER
        case Quantified(quantifier=word, items=items, variable=variable, body=body):
            return f"{_at(items, _MEMBER)}.{word}({variable}, {to_text(body)})", _MEMBER
        case Call(function=function, receiver=receiver, arguments=arguments):
            before = "" if receiver is None else f"{_at(receiver, _MEMBER)}."
            return f"{before}{function}({_listed(arguments)})", _MEMBER
        case Has(attribute=attribute):
            return f"has({attribute.key})", _MEMBER
        case Listing(items=nodes):
            return f"[{_listed(nodes)}]", _MEMBER
        case _:
            return _word(expr), _MEMBER


def _word(expr: Expr) -> str:
    match expr:
        case Attribute():
            return expr.key
        case Variable(name=name):
            return name
        case Number(value=number):
            return number_text(number)
        case Text(value=text):
            return quoted(text)
        case Boolean(value=value):
            return "true" if value else "false"
        case Null():
            return "null"
        case _:
            raise ValueError("a tree with a broken part has no text")


def _repeated(operand: Expr, same: type[Not] | type[Negate]) -> str:
    """What follows `!` or `-`: the same sign may come again, any other operator needs brackets."""
    return to_text(operand) if isinstance(operand, same) else _at(operand, _MEMBER)


def _listed(nodes: tuple[Expr, ...]) -> str:
    return ", ".join(to_text(node) for node in nodes)


def number_text(value: float) -> str:
    """The shortest text that reads as the same double; whole numbers without a point."""
    text = repr(value)
    return text.removesuffix(".0")


def quoted(text: str) -> str:
    """A text literal; what cannot be seen is escaped."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if known := _ESCAPES.get(character):
        return known
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def to_ast(expr: Expr) -> dict[str, Any]:
    """The tree as JSON: every node an object with `kind`, its parts, and `line` and `column`.

    >>> from tradewind.engine.core.conditions import parse
    >>> to_ast(parse("customer.age"))
    {'kind': 'attribute', 'group': 'customer', 'name': 'age', 'line': 1, 'column': 1}
    """
    return {"kind": type(expr).__name__.lower(), **_parts(expr), "line": expr.at.line, "column": expr.at.column}


def _parts(expr: Expr) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - one line a shape
    match expr:
        case Number(value=literal) | Text(value=literal) | Boolean(value=literal):
            return {"value": literal}
        case Attribute(group=group, name=name):
            return {"group": group, "name": name}
        case Variable(name=name):
            return {"name": name}
        case Select(operand=operand, name=name):
            return {"operand": to_ast(operand), "name": name}
        case Index(operand=operand, index=index):
            return {"operand": to_ast(operand), "index": to_ast(index)}
        case Listing(items=nodes):
            return {"items": [to_ast(node) for node in nodes]}
        case And(terms=nodes) | Or(terms=nodes):
            return {"terms": [to_ast(node) for node in nodes]}
        case Not(operand=operand) | Negate(operand=operand):
            return {"operand": to_ast(operand)}
        case Compare(sign=sign, left=left, right=right) | Arithmetic(sign=sign, left=left, right=right):
            return {"sign": sign, "left": to_ast(left), "right": to_ast(right)}
        case In(item=item, items=items):
            return {"item": to_ast(item), "items": to_ast(items)}
        case Conditional(test=test, yes=yes, no=no):
            return {"test": to_ast(test), "yes": to_ast(yes), "no": to_ast(no)}
        case Has(attribute=attribute):
            return {"attribute": to_ast(attribute)}
        case Quantified(quantifier=word, items=items, variable=variable, body=body):
            return {"quantifier": word, "items": to_ast(items), "variable": variable, "body": to_ast(body)}
        case Call(function=function, receiver=receiver, arguments=arguments):
            receiving = None if receiver is None else to_ast(receiver)
            return {"function": function, "receiver": receiving, "arguments": [to_ast(node) for node in arguments]}
        case Null() | Broken():
            return {}
