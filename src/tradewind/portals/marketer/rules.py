"""Rules checked by the engine, told as the forms and the page want to hear it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.decisions import queries
from tradewind.crm.decisions.engine import EngineUnavailable

KINDS: dict[str, Promise] = {
    "syntax": _("cannot be read"),
    "wrong_type": _("types do not fit"),
    "unknown_attribute": _("nothing is known under this name"),
    "unknown_category_value": _("not one of the values"),
    "unknown_function": _("no such function"),
    "wrong_arguments": _("used in another way"),
    "null_refused": _("nothing to compare with"),
    "number_out_of_range": _("number too large"),
    "too_long": _("too long"),
    "too_deep": _("nested too deeply"),
    "too_large": _("too large"),
    "too_costly": _("too costly"),
}
"""The engine explains in English; these say in the reader's language what kind of fault it is."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A fault with its place, in one line."""

    code: str
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        kind = KINDS.get(self.code)
        said = f"{kind}: {self.message}" if kind else self.message
        if self.line is None or self.column is None:
            return said
        return gettext("Line %(line)s, column %(column)s: %(said)s") % {
            "line": self.line,
            "column": self.column,
            "said": said,
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """What the engine says to a rule; `is_away` where it says nothing."""

    faults: Sequence[Spotted] = ()
    is_away: bool = False


def checked(rule: str) -> Checked:
    found = faults_of(rule)
    return Checked(is_away=True) if found is None else Checked(found)


def faults_of(rule: str) -> Sequence[Spotted] | None:
    """The faults of a rule over the toolkit as it stands; None where the engine is away."""
    try:
        found = queries.check_rule(rule)
    except EngineUnavailable:
        return None
    return [Spotted(fault.code, fault.message, fault.line, fault.column) for fault in found]
