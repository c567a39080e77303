"""The public store locator: partners that receive customers, the nearest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Final

from tradewind.crm.channel.models import AreaPlace, StoreEntry
from tradewind.crm.parties.models import area_of
from tradewind.crm.parties.words import fold

MOST: Final = 25


@dataclass(frozen=True, slots=True)
class Found:
    """A store, and how far its area is from the one that was asked for, where both are on the map."""

    entry: StoreEntry
    distance_km: float | None


def find(text: str) -> Sequence[Found]:
    """Stores near a postcode or in a town; all of them for no text. What is not on the map comes last, by town."""
    entries = list(StoreEntry.objects.shown().select_related("partner__organisation", "partner__type"))
    wanted = text.strip()
    if not wanted:
        return [Found(entry, None) for entry in entries[:MOST]]
    in_town = [entry for entry in entries if fold(wanted) in fold(f"{entry.city} {entry.partner}")]
    if in_town:
        return [Found(entry, None) for entry in in_town[:MOST]]
    places = {place.area: place for place in AreaPlace.objects.all()}
    here = places.get(area_of(wanted)) or places.get(area_of(wanted[:-3]))
    if here is None:
        return [Found(entry, None) for entry in entries if entry.area == area_of(wanted)][:MOST]
    found = [Found(entry, _km(here, places.get(entry.area))) for entry in entries if entry.area in places]
    return sorted(found, key=lambda each: (each.distance_km or 0.0, each.entry.pk))[:MOST]


def _km(one: AreaPlace, other: AreaPlace | None) -> float | None:
    return hypot(one.east_m - other.east_m, one.north_m - other.north_m) / 1000 if other else None
