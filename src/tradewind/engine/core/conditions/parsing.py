"""From tokens to a tree, by the grammar and precedence of CEL.

A term that cannot be read is reported and stepped over up to the next `&&`, `||` or closing bracket,
so that one call finds every fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from tradewind.engine.core.conditions.faults import ConditionError, ConditionFault, Place, in_order
from tradewind.engine.core.conditions.limits import DEEPEST, LONGEST, too_deep, too_long, too_much
from tradewind.engine.core.conditions.tokens import LITERAL_WORDS, RESERVED_WORDS, Token, tokenize
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

QUANTIFIERS: Final = frozenset({"exists", "all"})

_LEVELS = {"==": 1, "!=": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "in": 1, "+": 2, "-": 2, "*": 3, "/": 3, "%": 3}
_CONNECTIVES = {"and": "&&", "or": "||"}
_WORDS_FOR_SIGNS = {**_CONNECTIVES, "is": "==", "equals": "==", "mod": "%", "contains": ".contains(…)"}


class _SyntaxError(Exception):
    def __init__(self, at: Place, message: str) -> None:
        self.at = at
        self.message = message


class _TooDeepError(Exception):
    def __init__(self, at: Place) -> None:
        self.at = at


def parse(text: str) -> Expr:
    """The tree of a condition. Raises ConditionError with every fault of its syntax."""
    expr, faults = read(text)
    if faults:
        raise ConditionError(faults)
    return expr


def read(text: str) -> tuple[Expr, tuple[ConditionFault, ...]]:
    """The tree as far as it can be read, with `Broken` where it cannot, and every fault of the syntax."""
    if len(text) > LONGEST:
        return Broken(), (too_long(text),)
    tokens, faults = tokenize(text)
    parser = _Parser(tokens, faults)
    try:
        expr = parser.whole()
    except _TooDeepError as error:
        return Broken(), in_order((*faults, too_deep(error.at)))
    excess = tuple(too_much(expr))
    return Broken() if excess else expr, in_order((*faults, *excess))


class _Parser:
    def __init__(self, tokens: list[Token], faults: list[ConditionFault]) -> None:
        self.tokens = tokens
        self.faults = faults
        self.position = 0
        self.depth = 0
        self.bound: list[str] = []
        self.reported = {Place(fault.line, fault.column) for fault in faults}

    # ---- tokens

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def peek(self, ahead: int) -> Token:
        return self.tokens[min(self.position + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.next
        if token.kind != "end":
            self.position += 1
        return token

    def accept(self, sign: str) -> Token | None:
        return self.take() if self.next.is_sign(sign) else None

    def expect(self, sign: str, why: str) -> Token:
        found = self.accept(sign)
        if found is None:
            raise _SyntaxError(self.next.at, f"{sign} is missing {why}; found {self.next.described}")
        return found

    @contextmanager
    def deeper(self, at: Place) -> Iterator[None]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _TooDeepError(at)
        yield
        self.depth -= 1

    # ---- the grammar, loosest first (few frames a level: the deepest condition must fit on the stack)

    def whole(self) -> Expr:
        try:
            expr = self.expression()
        except _SyntaxError as error:
            expr = self.broken(error, 0)
        if self.next.kind != "end":
            self.report(_SyntaxError(self.next.at, f"{self.next.described} is not expected here"))
        return expr

    def expression(self) -> Expr:
        with self.deeper(self.next.at):
            test = self.alternatives()
            if (mark := self.accept("?")) is None:
                return test
            yes = self.alternatives()
            self.expect(":", "between the two answers of ?")
            return Conditional(test, yes, self.expression(), at=mark.at)

    def alternatives(self) -> Expr:
        """Terms joined by `&&`, and those by `||`."""
        chains = [[self.term()]]
        ands: list[Place | None] = [None]
        or_at = None
        while self.next.is_sign("&&", "||"):
            sign = self.take()
            if sign.text == "&&":
                ands[-1] = ands[-1] or sign.at
                chains[-1].append(self.term())
            else:
                or_at = or_at or sign.at
                ands.append(None)
                chains.append([self.term()])
        terms = [_chained(chain, at) for chain, at in zip(chains, ands, strict=True)]
        return terms[0] if or_at is None else Or(tuple(terms), at=or_at)

    def term(self) -> Expr:
        """What stands between `&&` and `||`. A fault in it is reported and the rest of it skipped."""
        nesting, depth, bound = self.next.nesting, self.depth, len(self.bound)
        try:
            expr = self.binary(1)
        except _SyntaxError as error:
            self.depth = depth
            del self.bound[bound:]
            return self.broken(error, nesting)
        self.end_of_term(nesting)
        return expr

    def end_of_term(self, nesting: int) -> None:
        token = self.next
        if token.kind == "end" or token.is_sign("&&", "||", "?", ":", ",", ")", "]"):
            return
        self.report(_SyntaxError(token.at, _stray(token)))
        if meant := _CONNECTIVES.get(token.text.lower()):
            self.tokens[self.position] = replace(token, kind="sign", text=meant)
        else:
            self.skip(nesting)

    def binary(self, level: int) -> Expr:
        left = self.unary() if self.next.is_sign("!", "-") else self.member()
        while (found := _level(self.next)) >= level:
            sign = self.take()
            with self.deeper(sign.at):
                left = _joined(sign, left, self.binary(found + 1))
        return left

    def unary(self) -> Expr:
        first = self.next
        signs = []
        while self.next.is_sign(first.text):
            signs.append(self.take())
        with self.deeper(first.at):
            expr = self.member()
        for found in reversed(signs):
            expr = Not(expr, at=found.at) if found.text == "!" else Negate(expr, at=found.at)
        return expr

    def member(self) -> Expr:
        expr = self.primary()
        while True:
            if self.accept("."):
                expr = self.selected(expr)
            elif bracket := self.accept("["):
                index = self.expression()
                self.expect("]", "after an index")
                expr = Index(expr, index, at=bracket.at)
            else:
                return expr

    def selected(self, operand: Expr) -> Expr:
        name = self.next
        if name.kind != "name" or name.text in LITERAL_WORDS:
            raise _SyntaxError(name.at, f"a name is missing after the dot; found {name.described}")
        self.take()
        if self.next.is_sign("("):
            return self.call(name, operand)
        if isinstance(operand, Variable) and operand.name not in self.bound:
            return Attribute(operand.name, name.text, at=operand.at)
        return Select(operand, name.text, at=name.at)

    def call(self, name: Token, receiver: Expr | None) -> Expr:
        self.expect("(", "after a function")
        if receiver is not None and name.text in QUANTIFIERS and self.binds():
            return self.quantified(name, receiver)
        arguments = self.items(")", f"to close {name.text}(")
        if receiver is None and name.text == "has" and len(arguments) == 1 and isinstance(arguments[0], Attribute):
            return Has(arguments[0], at=name.at)
        return Call(name.text, receiver, arguments, at=name.at)

    def binds(self) -> bool:
        return self.next.kind == "name" and self.next.text not in RESERVED_WORDS and self.peek(1).is_sign(",")

    def quantified(self, name: Token, items: Expr) -> Expr:
        variable = self.take().text
        self.take()
        self.bound.append(variable)
        body = self.expression()
        self.bound.pop()
        self.expect(")", f"to close {name.text}(")
        return Quantified(name.text, items, variable, body, at=name.at)

    def items(self, close: str, why: str) -> tuple[Expr, ...]:
        found: list[Expr] = []
        while not self.next.is_sign(close):
            found.append(self.expression())
            if not self.accept(","):
                break
            if close == ")" and self.next.is_sign(close):
                raise _SyntaxError(self.next.at, "a value is missing after the comma")
        self.expect(close, why)
        return tuple(found)

    def primary(self) -> Expr:
        token = self.next
        if token.kind == "name":
            return self.name(token)
        if token.is_sign("("):
            self.take()
            expr = self.expression()
            self.expect(")", "to close (")
            return expr
        if token.is_sign("["):
            self.take()
            return Listing(self.items("]", "to close ["), at=token.at)
        return self.literal(token)

    def name(self, token: Token) -> Expr:
        word = self.word(token)
        self.take()
        if isinstance(word, Variable) and self.next.is_sign("("):
            return self.call(token, None)
        return word

    def word(self, token: Token) -> Expr:
        if token.text in {"true", "false"}:
            return Boolean(token.text == "true", at=token.at)
        if token.text == "null":
            return Null(at=token.at)
        if token.text in RESERVED_WORDS:
            raise _SyntaxError(token.at, f"{token.text} is a reserved word, not a name")
        if token.text.lower() == "not" and self.peek(1).kind == "name":
            raise _SyntaxError(token.at, f"{token.text} is no operator; write !")
        return Variable(token.text, at=token.at)

    def literal(self, token: Token) -> Expr:
        if token.kind not in {"number", "text", "unread"}:
            raise _SyntaxError(token.at, f"a value is missing here; found {token.described}")
        self.take()
        if isinstance(token.value, float):
            return Number(token.value, at=token.at)
        return Broken(at=token.at) if token.value is None else Text(token.value, at=token.at)

    # ---- going on after a fault

    def broken(self, error: _SyntaxError, nesting: int) -> Broken:
        self.report(error)
        self.skip(nesting)
        return Broken(at=error.at)

    def report(self, error: _SyntaxError) -> None:
        """Of faults in one place only the first says something."""
        if error.at in self.reported:
            return
        self.reported.add(error.at)
        self.faults.append(ConditionFault.at(error.at, "syntax", error.message))

    def skip(self, nesting: int) -> None:
        while self.next.kind != "end" and not _ends_term(self.next, nesting):
            self.take()


def _chained(terms: list[Expr], at: Place | None) -> Expr:
    return terms[0] if at is None else And(tuple(terms), at=at)


def _level(token: Token) -> int:
    return _LEVELS.get(token.text, 0) if token.kind == "sign" or token.text == "in" else 0


def _joined(sign: Token, left: Expr, right: Expr) -> Expr:
    if sign.text == "in":
        return In(left, right, at=sign.at)
    if _LEVELS[sign.text] == 1:
        return Compare(sign.text, left, right, at=sign.at)
    return Arithmetic(sign.text, left, right, at=sign.at)


def _stray(token: Token) -> str:
    hint = _WORDS_FOR_SIGNS.get(token.text.lower(), "") if token.kind == "name" else ""
    return f"{token.described} is not expected here; " + (f"write {hint}" if hint else "is && or || missing before it?")


def _ends_term(token: Token, nesting: int) -> bool:
    if token.nesting < nesting:
        return True
    return token.nesting == nesting and token.is_sign("&&", "||", "?", ":", ",")
