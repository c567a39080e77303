"""The table of functions: one entry makes a function known to the checker and to the evaluator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tradewind.engine.core.conditions.automaton import compile_pattern
from tradewind.engine.core.conditions.history import days, hours
from tradewind.engine.core.conditions.literals import read_duration, read_instant
from tradewind.engine.core.conditions.values import BOOLEAN, DURATION, INSTANT, LIST, NUMBER, TEXT, Type, fits, type_of


@dataclass(frozen=True, slots=True)
class Function:
    """One way to call a function. `run` raises ValueError where it has no answer: that is unknown.

    `literal` reads the last argument where that is a text written out, so that the checker can refuse
    it with `code`; with `written` the checker insists that it is. `says` names the parameters for messages
    where their types say too little.
    """

    name: str
    receiver: Type | None
    parameters: tuple[Type, ...]
    result: Type
    run: Callable[..., Any]
    literal: Callable[[str], object] | None = None
    code: str = ""
    written: bool = False
    says: str = ""

    @property
    def usage(self) -> str:
        """How it is written, for messages: `text.startsWith(text)`."""
        call = f"{self.name}({self.says or ', '.join(str(type_) for type_ in self.parameters)})"
        return call if self.receiver is None else f"{self.receiver}.{call}"

    def takes(self, types: list[Type]) -> bool:
        """Whether values of these types (the receiver first, if there is one) fit."""
        wanted = self.wanted
        return len(types) == len(wanted) and all(fits(*pair) for pair in zip(types, wanted, strict=True))

    @property
    def wanted(self) -> tuple[Type, ...]:
        """The types that it takes, the receiver first if there is one."""
        return self.parameters if self.receiver is None else (self.receiver, *self.parameters)


def _size(value: Any) -> float:
    return float(len(value))


def _matches(text: str, pattern: str) -> bool:
    return compile_pattern(pattern).search(text)


def _contains(text: str, part: str) -> bool:
    return part in text


def _among_inputs(*_arguments: Any) -> Any:
    raise ValueError("what happened before is looked up among the inputs")


FUNCTIONS: Final = (
    Function("startsWith", TEXT, (TEXT,), BOOLEAN, str.startswith),
    Function("endsWith", TEXT, (TEXT,), BOOLEAN, str.endswith),
    Function("contains", TEXT, (TEXT,), BOOLEAN, _contains),
    Function("matches", TEXT, (TEXT,), BOOLEAN, _matches, compile_pattern, "bad_pattern", written=True),
    Function("size", None, (TEXT,), NUMBER, _size),
    Function("size", None, (LIST,), NUMBER, _size),
    Function("size", TEXT, (), NUMBER, _size),
    Function("size", LIST, (), NUMBER, _size),
    Function("timestamp", None, (TEXT,), INSTANT, read_instant, read_instant, "bad_instant"),
    Function("duration", None, (TEXT,), DURATION, read_duration, read_duration, "bad_duration"),
    Function("days", None, (NUMBER,), DURATION, days),
    Function("hours", None, (NUMBER,), DURATION, hours),
    Function("now", None, (), INSTANT, _among_inputs),
    Function("times", None, (TEXT, DURATION), NUMBER, _among_inputs, says="kind, window"),
    Function("times", None, (TEXT, DURATION, TEXT), NUMBER, _among_inputs, says="kind, window, group"),
    Function("times_of", None, (TEXT, TEXT, DURATION), NUMBER, _among_inputs, says="kind, offer, window"),
)

NAMES: Final = tuple(dict.fromkeys((*(function.name for function in FUNCTIONS), "has", "exists", "all")))


def named(name: str) -> tuple[Function, ...]:
    """Every way to call the function of this name."""
    return tuple(function for function in FUNCTIONS if function.name == name)


def overload(name: str, *, method: bool, values: list[Any]) -> Function | None:
    """The way to call a function that fits the values at hand (the receiver first, if there is one)."""
    types = [type_of(value) for value in values]
    known = [type_ for type_ in types if type_ is not None]
    if len(known) < len(types):
        return None
    ways = (function for function in named(name) if (function.receiver is not None) == method)
    return next((function for function in ways if function.takes(known)), None)
