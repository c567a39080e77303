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
        without: codes of offers that were answered in this session.
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
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


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
    """In the customer's language where it is worded so, else in another; None where the channel has no texts."""
    worded = [treatment for treatment in offer["treatments"] if treatment["channel"] == channel]
    if not worded:
        return None
    treatment = next((one for one in worded if one["language"] == language), worded[0])
    profile = next(profile for profile in offer["profiles"] if _fits_everybody(profile))
    return Standing(
        offer=offer["id"],
        treatment=treatment["id"],
        profile=profile["id"],
        suitability=profile.get("suitability", {}).get(language, ""),
        value=float(offer.get("value", 1.0)),
        texts={name: fill(text, attributes) for name, text in treatment.get("texts", {}).items()},
    )
