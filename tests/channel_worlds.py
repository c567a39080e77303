"""Generated worlds of organisations, people, objects, rules and rights, and what a brute-force reader makes of them.

The reader knows nothing of the code under test: it intersects sets of actors in plain Python, as the definition says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

from hypothesis import strategies as st

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.identity.models import PARTNER_ROLES, Role

LONG_AGO, GONE, TO_COME = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2001, 2999))
SINCE, UNTIL = date(2000, 1, 1), date(2001, 1, 1)
ROLES = (*PARTNER_ROLES, Role.CHANNEL_MANAGER)
EVERYWHERE = (Role.CHANNEL_MANAGER, Role.FINANCE)
"""Roles of the brand owner's people; a partner's are held at one company."""
AREAS = ("NW1", "E8", "30")
STATUSES = ("new", "lost", "accepted")
ACTIONS = tuple(ActionGroup.values)

OF_USERS = {
    "everybody": "everybody",
    "oneself": "person",
    "company": "organisation",
    "companies_at_and_below": "organisation",
    "companies_below": "organisation",
    "corporate_partner": "organisation",
    "companies_of_group": "organisation",
    "supplied_companies": "organisation",
    "companies_supplied_by_group": "organisation",
    "territories": "territory",
}
OF_WORKED = {
    "everybody": "everybody",
    "partner": "organisation",
    "corporate_partner": "organisation",
    "employee": "person",
    "creator": "person",
    "creating_company": "organisation",
}
OF_OBJECTS = {
    "sales.lead": {**OF_WORKED, "territory": "territory"},
    "care.ticket": {**OF_WORKED, "serving_partner": "organisation"},
}
FILTERS = {"sales.lead": ("", "open", "without_partner"), "care.ticket": ("",)}
MEETINGS = [
    (kind, of_user, of_object, only)
    for kind, of_objects in OF_OBJECTS.items()
    for (of_user, one), (of_object, other) in product(OF_USERS.items(), of_objects.items())
    if one == other
    for only in FILTERS[kind]
]


@dataclass(frozen=True, slots=True)
class Thing:
    """A lead or a ticket; numbers stand for places in the world's lists."""

    kind: str
    partner: int | None
    employee: int | None
    creator: int | None
    company: int
    area: str
    status: str
    customer: int | None


@dataclass(frozen=True, slots=True)
class Right:
    meeting: tuple[str, str, str, str]
    role: Role | None
    """None: the world's one group."""
    action: str
    starts_at: datetime
    ends_at: datetime | None

    @property
    def in_force(self) -> bool:
        return self.starts_at == LONG_AGO and self.ends_at != GONE


@dataclass(slots=True)
class World:
    organisations: int
    people: int
    placings: list[tuple[int, int | None]]
    """Who is to be put under whom, in order; what would close a circle must be refused."""
    roles: dict[int, dict[Role, bool]]
    """Which roles somebody holds everywhere, or held."""
    ranks: dict[tuple[int, int], tuple[Role | None, Role | None]]
    """What somebody is at a place, and what they were there before."""
    group: dict[int, bool]
    """Who is or was in the group."""
    works: dict[tuple[int, int], bool]
    acts: dict[int, int]
    """For which of their employers somebody asks to act; everybody else acts for the first they came to."""
    supplies: dict[tuple[int, int], bool]
    territories: int
    covers: set[tuple[int, str]]
    holds: dict[tuple[int, int], bool]
    customers: int
    serves: dict[tuple[int, int], bool]
    things: list[Thing]
    rights: list[Right]
    most_read: int
    """How many ids are read before a condition rather holds the subquery."""
    parents: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.parents = {}
        for child, parent in self.placings:
            if not self.would_close_a_circle(child, parent):
                self.parents.pop(child, None)
                if parent is not None:
                    self.parents[child] = parent

    # --- Relations

    def would_close_a_circle(self, child: int, parent: int | None) -> bool:
        return parent is not None and child in self.at_and_above(parent)

    def at_and_above(self, organisation: int) -> list[int]:
        """The organisation itself, its parent, and so on to the head."""
        found = [organisation]
        while found[-1] in self.parents:
            found.append(self.parents[found[-1]])
        return found

    def at_and_below(self, organisation: int) -> set[int]:
        return {other for other in range(self.organisations) if organisation in self.at_and_above(other)}

    def employer(self, person: int) -> set[int]:
        """The one place that the person acts for, in a set; empty for who works nowhere."""
        employers = [place for (who, place), current in self.works.items() if who == person and current]
        wanted = self.acts.get(person)
        return {wanted} if wanted in employers else set(employers[:1])

    def holds_role(self, person: int, role: Role) -> bool:
        """A partner's role counts at the place acted for, and nowhere else."""
        if role in PARTNER_ROLES:
            return any(self.ranks.get((person, place), (None, None))[0] == role for place in self.employer(person))
        return self.roles.get(person, {}).get(role, False)

    def supplied_by(self, suppliers: set[int]) -> set[int]:
        return {buyer for (supplier, buyer), current in self.supplies.items() if supplier in suppliers and current}

    # --- Actors, as the definition says

    def actors_of_person(self, name: str, person: int) -> set[Any]:
        mine = self.employer(person)
        heads = {self.at_and_above(place)[-1] for place in mine}
        group = {other for head in heads for other in self.at_and_below(head)}
        below = {other for place in mine for other in self.at_and_below(place)}
        actors: dict[str, set[Any]] = {
            "everybody": {"*"},
            "oneself": {person},
            "company": mine,
            "companies_at_and_below": below,
            "companies_below": {other for place in mine for other in self.at_and_below(place) if other != place},
            "corporate_partner": heads,
            "companies_of_group": group,
            "supplied_companies": self.supplied_by(mine),
            "companies_supplied_by_group": self.supplied_by(group),
            "territories": {
                territory for (place, territory), current in self.holds.items() if place in mine and current
            },
        }
        return actors[name]

    def actors_of_thing(self, name: str, thing: Thing) -> set[Any]:
        partner = set() if thing.partner is None else {thing.partner}
        actors: dict[str, set[Any]] = {
            "everybody": {"*"},
            "partner": partner,
            "corporate_partner": {self.at_and_above(place)[-1] for place in partner},
            "employee": set() if thing.employee is None else {thing.employee},
            "creator": set() if thing.creator is None else {thing.creator},
            "creating_company": {thing.company},
            "territory": {territory for territory, area in self.covers if area == thing.area},
            "serving_partner": {
                place for (place, customer), current in self.serves.items() if customer == thing.customer and current
            },
        }
        return actors[name]

    # --- What follows

    def allows(self, person: int, action: str, thing: Thing) -> bool:
        """May the person do this, seen from nothing but sets of actors?"""
        return self.grants(person, action, thing) and self.grants(person, "read", thing)

    def grants(self, person: int, action: str, thing: Thing) -> bool:
        return any(right.action == action and self.applies(right, person, thing) for right in self.rights)

    def applies(self, right: Right, person: int, thing: Thing) -> bool:
        kind, of_user, of_object, only = right.meeting
        holds = self.group.get(person, False) if right.role is None else self.holds_role(person, right.role)
        passes = {
            "": True,
            "open": thing.status != "lost",
            "without_partner": thing.partner is None,
        }[only]
        meets = bool(self.actors_of_person(of_user, person) & self.actors_of_thing(of_object, thing))
        return right.in_force and kind == thing.kind and holds and passes and meets


CURRENT = st.sampled_from((True, True, False))
"""Most relations hold today, many have ended."""
ABOUT_ACTIONS = ("read", "read", "write", "delete", "export")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to seven organisations in up to seven levels, three people, ten objects, twelve rights by up to four rules.

    Few rules and few people, so that rights meet: by one rule several actions, roles and the group, in the past, today
    and in the future; of one partner several objects; of one person several roles and companies, some of them gone.
    """
    organisations, people = draw(st.integers(3, 7)), draw(st.integers(1, 3))
    territories, customers = draw(st.integers(1, 2)), draw(st.integers(0, 2))
    chain = [(child, child - 1) for child in range(1, organisations)] if draw(st.booleans()) else []
    place, person = st.integers(0, organisations - 1), st.integers(0, people - 1)

    def relation(one: st.SearchStrategy[int], other: st.SearchStrategy[int], least: int, most: int) -> Any:
        return st.dictionaries(st.tuples(one, other), CURRENT, min_size=least, max_size=most)

    def some(number: int, most: int) -> Any:
        return relation(place, st.integers(0, number - 1), 2, most) if number else st.just({})

    supplies = draw(relation(place, place, 1, 6))
    rules = draw(st.lists(st.sampled_from(tuple(OF_USERS)).flatmap(meetings_of), min_size=2, max_size=4))
    roles = st.dictionaries(st.sampled_from(EVERYWHERE), CURRENT, max_size=2)
    works = draw(relation(person, place, people, 8))
    rank = st.sampled_from((*PARTNER_ROLES, *PARTNER_ROLES, None))
    return World(
        organisations=organisations,
        people=people,
        placings=[*chain, *draw(st.lists(st.tuples(place, place | st.none()), max_size=5))],
        roles={who: draw(roles) for who in range(people)},
        group={who: draw(st.booleans()) for who in range(people)},
        works=works,
        ranks={at: draw(st.tuples(rank, rank)) for at in works},
        acts=draw(st.dictionaries(person, place, max_size=people)),
        supplies={
            (a, b): current
            for (a, b), current in supplies.items()
            if a != b and not (current and a > b and supplies.get((b, a)))  # goods run one way between two
        },
        territories=territories,
        covers=draw(
            st.sets(st.tuples(st.integers(0, territories - 1), st.sampled_from(AREAS)), min_size=2, max_size=5)
        ),
        holds=draw(some(territories, 6)),
        customers=customers,
        serves=draw(some(customers, 4)),
        things=draw(st.lists(things(rules, place, person, customers), min_size=4, max_size=10)),
        rights=draw(st.lists(rights(rules), min_size=4, max_size=12, unique_by=what_is_endless)),
        most_read=draw(st.sampled_from((0, 1, 500))),
    )


def meetings_of(of_user: str) -> st.SearchStrategy[tuple[str, str, str, str]]:
    """Rules that begin at this side of the user, so that each side is as likely however few objects it can meet."""
    return st.sampled_from([meeting for meeting in MEETINGS if meeting[1] == of_user])


def things(
    rules: list[tuple[str, str, str, str]],
    place: st.SearchStrategy[int],
    person: st.SearchStrategy[int],
    customers: int,
) -> st.SearchStrategy[Thing]:
    """Objects, mostly of the kinds that the rules are about."""
    return st.builds(
        Thing,
        kind=st.sampled_from([*(kind for kind, *_rest in rules), *OF_OBJECTS]),
        partner=place | place | st.none(),
        employee=person | st.none(),
        creator=person | st.none(),
        company=place,
        area=st.sampled_from(AREAS),
        status=st.sampled_from(STATUSES),
        customer=st.none() | st.integers(0, customers - 1) if customers else st.none(),
    )


def rights(rules: list[tuple[str, str, str, str]]) -> st.SearchStrategy[Right]:
    return st.builds(
        Right,
        meeting=st.sampled_from(rules),
        role=st.sampled_from((*ROLES, None, None)),
        action=st.sampled_from(ABOUT_ACTIONS),
        starts_at=st.sampled_from((LONG_AGO, LONG_AGO, LONG_AGO, TO_COME)),
        ends_at=st.sampled_from((None, None, None, GONE)),
    )


def what_is_endless(right: Right) -> object:
    """Rights that the database would refuse as being there already have the same."""
    return (right.meeting, right.role, right.action, right.ends_at, right.starts_at if right.ends_at else None)
