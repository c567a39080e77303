"""Where Larkfield's partners work: areas of London on a map, territories, and stores that customers find."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from tradewind.crm.channel.models import AreaPlace, Partner, Status, StoreEntry
from tradewind.crm.channel.structure import belong, supply
from tradewind.crm.channel.territories import assign, cover
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Territory

# Middles of postcode districts on the national grid, in kilometres, to half a kilometre.
PLACES: Final = {
    "N1": (531.5, 184.0), "N5": (532.0, 185.5), "N7": (530.5, 185.5), "N16": (533.5, 186.5), "N19": (529.5, 186.5),
    "NW1": (529.0, 183.5), "NW3": (527.0, 185.0), "NW5": (529.0, 185.5), "NW6": (525.5, 184.0), "NW8": (526.5, 183.0),
    "W1": (528.5, 181.0), "W2": (526.0, 181.0), "W6": (523.0, 178.5), "W9": (525.5, 182.5), "W11": (524.5, 180.5),
    "SW1": (529.0, 179.0), "SW2": (531.0, 174.5), "SW4": (529.5, 175.5), "SW9": (531.0, 176.0), "SW11": (527.5, 176.0),
    "SE1": (532.0, 179.5), "SE3": (540.0, 176.5), "SE5": (532.5, 176.5), "SE10": (538.5, 177.5), "SE15": (534.5, 176.5),
    "E1": (534.5, 181.5), "E3": (537.0, 182.5), "E5": (535.0, 186.0), "E8": (534.5, 184.5), "E9": (536.0, 184.5),
}  # fmt: skip
TERRITORIES: Final = (
    ("north-london", "North London", ("N1", "N5", "N7", "N16", "N19", "NW5"), ("Camden Computers",)),
    ("north-west-london", "North-west London", ("NW1", "NW3", "NW6", "NW8", "W9"), ("Camden Computers",)),
    ("central-london", "Central London", ("W1", "W2", "SW1", "W11"), ()),
    ("south-london", "South London", ("SE1", "SE5", "SE15", "SW2", "SW9"), ("Borough Laptops",)),
    ("east-london", "East London", ("E1", "E3", "E5", "E8", "E9"), ("Hackney Refurb Cooperative",)),
    ("iasi", "Iași", ("70", "71"), ("Șoimul Computers SRL",)),
)
STORES: Final = (
    ("Camden Computers", "14 Camden Passage", "NW1 8AB", "London", "020 7946 0121", "Mon–Sat 10–18", "Sales, repair"),
    ("Borough Laptops", "3 Stoney Lane", "SE1 1TL", "London", "020 7946 0154", "Mon–Fri 9–17", "Sales, trade-in"),
    ("Șoimul Computers SRL", "Str. Lăpușneanu 22", "700001", "Iași", "0232 555 017", "L–V 9–18", "Vânzare, reparații"),
    ("Thames Valley Distribution Ltd", "Unit 4, Kennet Way", "RG1 2AG", "Reading", "0118 496 0163", "Mon–Fri 8–16", ""),
)

GROUPS: Final = (
    ("Hackney Refurb Cooperative", "", "Camden Computers"),
    ("Islington Office Machines Ltd", "Camden Computers", "Thames Valley Distribution Ltd"),
)
"""A partner, whom it belongs to, and who supplies it."""


def load(*, claire: User, now: datetime) -> None:
    """Places, territories with who works them, and the entries of the store locator."""
    AreaPlace.objects.bulk_create(
        AreaPlace(area=area, east_m=int(1000 * east), north_m=int(1000 * north))
        for area, (east, north) in PLACES.items()
    )
    partners = {partner.organisation.name: partner for partner in Partner.objects.select_related("organisation")}
    for code, name, areas, holders in TERRITORIES:
        territory = Territory.objects.create(code=code, name=name)
        cover(territory, areas)
        for holder in holders:
            assign(territory, partner=partners[holder], actor=claire, now=now - timedelta(days=3))
    for name, group, supplier in GROUPS:
        if group:
            belong(partners[name], to=partners[group], actor=claire, now=now)
        supply(partners[supplier], buyer=partners[name], actor=claire, now=now)
    for name, street, postcode, city, phone, hours, services in STORES:
        entry = StoreEntry.objects.create(
            partner=partners[name],
            street=street,
            postcode=postcode,
            city=city,
            phone=phone,
            hours=hours,
            services=services,
        )
        if partners[name].standing() == Status.ACTIVE:
            entry.publish(actor=claire, now=now - timedelta(days=3))
