"""The map of territories: areas where they lie, in the colour of the territory that covers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tradewind.crm.channel.models import AreaPlace
from tradewind.crm.parties.models import Territory

WIDTH: Final = 960
MARGIN: Final = 44
RADIUS: Final = 28.0
SERIES: Final = 4
"""So many colours are told apart; the number under an area says which row of the table it is."""


def series_of(number: int) -> int:
    """The colour of a row of the table."""
    return (number - 1) % SERIES + 1


@dataclass(frozen=True, slots=True)
class Spot:
    """One area on the map."""

    area: str
    x: float
    y: float
    territories: Sequence[Territory]
    number: int

    @property
    def series(self) -> int:
        """Which colour; 0 where nobody works."""
        return series_of(self.number) if self.number else 0

    @property
    def is_covered(self) -> bool:
        return bool(self.territories)


@dataclass(frozen=True, slots=True)
class AreaMap:
    """What is drawn: spots in a field of this size, and the radius that keeps neighbours apart."""

    width: int
    height: int
    radius: float
    spots: Sequence[Spot]


def draw(
    places: Sequence[AreaPlace], covering: Mapping[str, Sequence[Territory]], order: Sequence[Territory]
) -> AreaMap | None:
    """The places in one field, north up; nothing where fewer than two are known."""
    if len(places) < 2:
        return None
    west, east = min(p.east_m for p in places), max(p.east_m for p in places)
    south, north = min(p.north_m for p in places), max(p.north_m for p in places)
    scale = (WIDTH - 2 * MARGIN) / max(east - west, (north - south), 1)
    numbers = {territory.pk: number for number, territory in enumerate(order, start=1)}
    spots = []
    for place in places:
        held = covering.get(place.area, ())
        at = MARGIN + (place.east_m - west) * scale, MARGIN + (north - place.north_m) * scale
        spots.append(Spot(place.area, *at, held, numbers[held[0].pk] if held else 0))
    height = round(2 * MARGIN + (north - south) * scale)
    return AreaMap(WIDTH, height, RADIUS, spots)
