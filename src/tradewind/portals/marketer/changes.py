"""Differences of an offer between two saves, kept without language and told in the reader's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Field
from django.utils.functional import Promise
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradewind.crm.marketing.models import Language, Offer, RecipientProfile, Treatment
from tradewind.crm.toolkit.models import Channel
from tradewind.portals.ui import figures

CHANGED = "offer.changed"
PROFILE_FIELDS = ("name", "rule", "suitability_en", "suitability_ro")
TEXT_FIELDS = ("title", "body", "pitch", "link")
OWN_LISTS: dict[str, Promise] = {
    "placements": gettext_lazy("Placements"),
    "agent_skills": gettext_lazy("Skills the agent needs"),
    "order": gettext_lazy("Order of the profiles"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in words; an empty side means that it was not there, or is not any more."""

    what: str
    was: str
    now: str

    @property
    def kind(self) -> str:
        if not self.was:
            return "more"
        return "edit" if self.now else "less"


def snapshot(offer: Offer) -> dict[str, str]:
    """What belongs to an offer besides its own fields, by key: `profile|students-1f|rule|Students` → its text."""
    found: dict[str, str] = {}
    names = []
    for profile in offer.profiles.all():
        names.append(profile.name)
        for name in PROFILE_FIELDS:
            found[f"profile|{profile.code}|{name}"] = getattr(profile, name)
    for text in offer.treatments.all():
        for name in TEXT_FIELDS:
            found[f"text|{text.channel}|{text.language}|{name}"] = getattr(text, name)
    found["order"] = " → ".join(names)
    found["placements"] = ", ".join(offer.placements.values_list("label", flat=True))
    found["agent_skills"] = ", ".join(offer.agent_skills.values_list("name", flat=True))
    return {key: value for key, value in found.items() if value}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[dict[str, str]]:
    """What is not the same, fit to be stored; the order of the profiles counts only where the profiles stayed."""
    found = [
        {"key": key, "was": before.get(key, ""), "now": after.get(key, ""), "name": _name(key, before, after)}
        for key in dict.fromkeys([*before, *after])
        if before.get(key, "") != after.get(key, "")
    ]
    if sorted(before.get("order", "").split(" → ")) != sorted(after.get("order", "").split(" → ")):
        found = [change for change in found if change["key"] != "order"]
    return found


def _name(key: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    kind, _bar, rest = key.partition("|")
    if kind != "profile":
        return ""
    name = f"profile|{rest.partition('|')[0]}|name"
    return after.get(name) or before.get(name, "")


def told(stored: list[dict[str, str]]) -> Iterator[Change]:
    """Stored differences in the reader's language."""
    for change in stored:
        yield Change(_what(change["key"], change.get("name", "")), shorten(change["was"]), shorten(change["now"]))


def _what(key: str, name: str) -> str:
    kind, _bar, rest = key.partition("|")
    if kind == "profile":
        return _("Profile “%(name)s”, %(field)s") % {"name": name, "field": _label(RecipientProfile, rest)}
    if kind == "text":
        channel, language, _rest = rest.split("|")
        place = f"{_choice(Channel, channel)}, {_choice(Language, language)}"
        return _("Texts %(place)s: %(field)s") % {"place": place, "field": _label(Treatment, rest)}
    return str(OWN_LISTS.get(kind, kind))


def _label(model: type[RecipientProfile | Treatment], rest: str) -> str:
    model_field = cast("Field[Any, Any]", model._meta.get_field(rest.rpartition("|")[2]))
    return str(model_field.verbose_name)


def _choice(choices: type[Channel | Language], value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def shorten(text: str, characters: int = 120) -> str:
    return Truncator(" ".join(text.split())).chars(characters)


# ---- The offer's own fields, out of the audit trail


def own_changes(record: Any, previous: Any) -> Iterator[Change]:
    """The differences between two saves of the offer's own fields."""
    delta = record.diff_against(previous, foreign_keys_are_objs=True)
    for change in delta.changes:
        model_field = cast("Field[Any, Any]", Offer._meta.get_field(change.field))
        yield Change(
            capfirst(str(model_field.verbose_name)),
            shorten(shown(model_field, change.old)),
            shorten(shown(model_field, change.new)),
        )


def shown(model_field: Field[Any, Any], value: Any) -> str:
    """A value of a field as the page writes it."""
    if value is None or value == "":
        return ""
    if model_field.flatchoices:
        return str(dict(model_field.flatchoices).get(value, value))
    if model_field.get_internal_type() == "DateTimeField":
        return figures.moment(value)
    if model_field.get_internal_type() == "DecimalField":
        return figures.number(value, getattr(model_field, "decimal_places", 0))
    return str(value)
