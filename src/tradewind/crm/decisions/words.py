"""A change as a fact, and the sentence that tells it in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.marketing.models import Offer
from tradewind.crm.toolkit.models import Placement, RankedBy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Kind = Literal["added", "removed", "changed", "reordered"]
FIELDS: Final[dict[str, _StrPromise]] = {
    "purpose": _("Purpose"),
    "product": _("Product"),
    "group": _("Group"),
    "placements": _("Placements"),
    "display": _("Display"),
    "priority": _("Priority"),
    "starts_at": _("Planned from"),
    "ends_at": _("Until"),
    "value": _("Value"),
    "cost": _("Cost"),
    "weight": _("Weight"),
    "reoffer_after_days": _("Offer again after days"),
    "eligibility": _("Eligibility rule"),
    "agent_skills": _("Skills the agent needs"),
    "rule": _("Rule"),
    "suitability.en": _("Why it suits, in English"),
    "suitability.ro": _("Why it suits, in Romanian"),
    "texts.title": _("Title"),
    "texts.body": _("Body"),
    "texts.pitch": _("Agent’s pitch"),
    "texts.link": _("Link"),
    "channel": _("Channel"),
    "limit": _("Offers at most"),
    "exploration": _("Exploration"),
    "exploration.policy": _("Exploration"),
    "exploration.floor": _("Share of exploration at least"),
    "exploration.introduction": _("Responses that introduce a new offer"),
    "exploration.ranked_by": _("Ranked by"),
    "arbitration": _("Arbitration"),
    "control_percent": _("Control group in percent"),
    "reward": _("Reward"),
    "final": _("Ends the offer"),
    "window_hours": _("Hours in which an answer may come"),
    "exponent": _("Exponent of propensity"),
    "per_group": _("Offers per group at most"),
    "type": _("Type"),
    "min": _("At least"),
    "max": _("At most"),
    "values": _("Values"),
    "predictive": _("Learnt from"),
    "sensitive": _("Sensitive"),
    "input": _("Message format"),
    "actions": _("What it does"),
    "time_zone": _("Time zone"),
}
CHOICES: Final[dict[str, Any]] = {
    "purpose": Offer.Purpose,
    "display": Offer.Display,
    "exploration.policy": Placement.Exploration,
    "exploration.ranked_by": RankedBy,
}
THINGS: Final[dict[str, _StrPromise]] = {
    "offer": _("Offer"),
    "profile": _("Profile"),
    "treatment": _("Texts"),
    "condition_group": _("Condition group"),
    "attribute": _("Attribute"),
    "event": _("Event"),
    "placement": _("Placement"),
    "outcome": _("Outcome"),
    "arbitration": _("Arbitration"),
    "publication": _("Publication"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `thing` is what changed, `code` which one, `part` the profile, treatment or attribute in it."""

    kind: Kind
    thing: str
    code: str
    part: str = ""
    field: str = ""
    before: Any = None
    after: Any = None
    title: str = ""

    def to_row(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Change:
        return cls(**row)

    def __str__(self) -> str:
        return sentence(self)


def sentence(change: Change) -> str:
    """One change in words, without the offer's name, under which such sentences stand together."""
    thing = str(THINGS[change.thing])
    which = change.part or (change.code if change.thing not in {"offer", "publication"} else "")
    match change.kind:
        case "added" if change.thing == "offer":
            return gettext("New offer")
        case "removed" if change.thing == "offer":
            return gettext("No longer offered")
        case "added":
            return gettext("%(thing)s “%(name)s” is new") % {"thing": thing, "name": which}
        case "removed":
            return gettext("%(thing)s “%(name)s” goes away") % {"thing": thing, "name": which}
        case "reordered":
            return gettext("Profiles in another order: %(order)s") % {"order": ", ".join(change.after)}
    return _changed(change, f"{thing} {_quoted(which)}: " if which else "")


def _changed(change: Change, prefix: str) -> str:
    said = {"field": FIELDS.get(change.field, change.field), "before": said_of(change.before, change.field)}
    if change.after is None:
        return prefix + gettext("%(field)s removed, it was %(before)s") % said
    said["after"] = said_of(change.after, change.field)
    if change.before is None:
        return prefix + gettext("%(field)s is now %(after)s") % said
    return prefix + gettext("%(field)s from %(before)s to %(after)s") % said


def said_of(value: Any, field: str) -> str:  # noqa: PLR0911  (one line a kind)
    """A value as a person would write it: numbers and dates by locale, choices by their names."""
    if value is None:
        return gettext("nothing")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int | float):
        return number_format(f"{value:g}")
    if isinstance(value, list):
        return ", ".join(said_of(item, field) for item in value) or gettext("nothing")
    if isinstance(value, dict):
        return ", ".join(f"{name} {said_of(inner, name)}" for name, inner in sorted(value.items()))
    if field in CHOICES:
        return _quoted(str(CHOICES[field](value).label))
    moment = parse_datetime(value) if field in {"starts_at", "ends_at"} else None
    if moment is not None:
        return date_format(localtime(moment), "DATETIME_FORMAT")
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A text in the quotation marks of the reader's language."""
    return gettext("“%(text)s”") % {"text": text}
