"""Standing offers: what an agent may propose while the engine is away. Nothing is estimated, nothing is learnt."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.dateparse import parse_datetime

from tradewind.crm.decisions.document import Document
from tradewind.crm.decisions.running import Running

OTHERWISE: Final = "en"
PLACEHOLDER: Final = re.compile(r"\{\{\s*([A-Za-z_]\w*\.[A-Za-z_]\w*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Standing:
    """One standing offer, worded for the customer."""

    offer: str
    treatment: str
    profile: str
    suitability: str
    value: float
    texts: Mapping[str, str]


def standing_offers(
    running: Running,
    *,
    placement: str,
    language: str,
    skills: Collection[str],
    attributes: Mapping[str, Any],
    without: Collection[str],
    now: datetime,
    limit: int | None = None,
) -> list[Standing]:
    """The offers that are for everybody, `default` ones first, then by value.

    Rules are the engine's to judge, so only offers that need none may stand in: eligible whoever it is, with a
    profile that fits everybody, for skills that the agent has.

    Args:
        without: codes of offers that must not come, as they were answered in the same session or are stopped.
        limit: how many at most; the placement's own limit where it is None.
    """
    place = running.placements[placement]
    may = [
        offer
        for offer in running.offers
        if placement in offer["placements"]
        and offer["id"] not in without
        and _is_for_everybody(offer)
        and set(offer.get("agent_skills", ())) <= set(skills)
        and _is_planned(offer, now)
    ]
    may.sort(key=lambda offer: (offer.get("display") != "default", -offer.get("value", 1.0), offer["id"]))
    worded = [_worded(offer, channel=place["channel"], language=language, attributes=attributes) for offer in may]
    return [one for one in worded if one is not None][: limit or place.get("limit", 3)]


def fill(text: str, attributes: Mapping[str, Any]) -> str:
    """The text with what is known in its placeholders; what is not known leaves nothing there, as in the engine.

    >>> fill("Good news, {{ customer.first_name }}!", {"customer.first_name": "Ana"})
    'Good news, Ana!'
    """
    return PLACEHOLDER.sub(lambda found: _said(attributes.get(found.group(1))), text)


def _said(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case list() | tuple():
            return ", ".join(_said(item) for item in value)
        case _:
            return str(value)


def _distance(known: str, asked: str) -> int:
    """How far a language is from the one asked for, in the engine's order, so that its absence changes no wording."""
    if known == asked:
        return 0
    if known.partition("-")[0] == asked.partition("-")[0]:
        return 1
    return 2 if known == OTHERWISE else 3


def _is_for_everybody(offer: Document) -> bool:
    return _holds_always(offer) and any(_fits_everybody(profile) for profile in offer["profiles"])


def _holds_always(offer: Document) -> bool:
    return str(offer.get("eligibility", "true")).strip() == "true"


def _fits_everybody(profile: Document) -> bool:
    return str(profile.get("rule", "true")).strip() == "true"


def _is_planned(offer: Document, now: datetime) -> bool:
    starts, ends = (parse_datetime(offer[name]) if offer.get(name) else None for name in ("starts_at", "ends_at"))
    return (starts is None or starts <= now) and (ends is None or now < ends)


def _worded(offer: Document, *, channel: str, language: str, attributes: Mapping[str, Any]) -> Standing | None:
    """In the customer's language, else in English, else the first; None where the channel has no texts."""
    worded = [treatment for treatment in offer["treatments"] if treatment["channel"] == channel]
    if not worded:
        return None
    treatment = min(worded, key=lambda one: _distance(one["language"], language))
    profile = next(profile for profile in offer["profiles"] if _fits_everybody(profile))
    said = profile.get("suitability", {})
    return Standing(
        offer=offer["id"],
        treatment=treatment["id"],
        profile=profile["id"],
        suitability=fill(said[min(said, key=lambda known: _distance(known, language))], attributes) if said else "",
        value=float(offer.get("value", 1.0)),
        texts={name: fill(text, attributes) for name, text in treatment.get("texts", {}).items()},
    )
