"""A generated world written into the database through the doors that screens use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.channel_worlds import GONE, LONG_AGO, SINCE, UNTIL, Right, Thing, World

from tradewind.crm.access.models import AccessGroup, AccessGroupMember, AccessRight, AccessRule
from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import RoleAssignment, User
from tradewind.crm.parties.hierarchy import CircleError, place
from tradewind.crm.parties.models import (
    Customer,
    EndCustomer,
    Kind,
    Membership,
    MembershipRole,
    Organisation,
    Person,
    Segment,
    Supply,
    Territory,
    TerritoryArea,
    TerritoryHolder,
)
from tradewind.crm.sales.models import Lead


@dataclass(frozen=True, slots=True)
class Records:
    organisations: list[Organisation]
    people: list[User]
    things: list[Lead | Ticket]
    """In the order of the world's things."""


def write(world: World) -> Records:
    """Everything of the world as rows; the default rights are put away, so that only the world's own count."""
    AccessRight.objects.all().delete()
    AccessRule.objects.all().delete()
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Organisation {number}", kind=Kind.PARTNER) for number in range(world.organisations)
    )
    people = User.objects.bulk_create(
        User(email=f"person-{number}@partner.example", name=f"Person {number}") for number in range(world.people)
    )
    place_all(world, organisations)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=people[number], role=role, granted_at=LONG_AGO, ended_at=None if current else GONE)
        for number, roles in world.roles.items()
        for role, current in roles.items()
    )
    relations(world, organisations, people)
    customers = write_customers(world, organisations)
    things = [write_thing(thing, organisations, people, customers) for thing in world.things]
    write_rights(world, people)
    return Records(organisations, people, things)


def place_all(world: World, organisations: list[Organisation]) -> None:
    """Put organisations under each other; the circles that the world tries to close are refused."""
    tried = replace(world, placings=[])
    for child, parent in world.placings:
        under = None if parent is None else organisations[parent]
        if tried.would_close_a_circle(child, parent):
            with pytest.raises(CircleError):
                place(organisations[child], under=under, actor=None, now=LONG_AGO)
            continue
        place(organisations[child], under=under, actor=None, now=LONG_AGO)
        tried.parents.pop(child, None)
        if parent is not None:
            tried.parents[child] = parent


def until(current: bool) -> dict[str, Any]:
    return {"since_date": SINCE, "until_date": None if current else UNTIL}


def relations(world: World, organisations: list[Organisation], people: list[User]) -> None:
    for (who, at), current in world.works.items():
        member = Membership.objects.create(user=people[who], organisation=organisations[at], **until(current))
        MembershipRole.objects.bulk_create(
            MembershipRole(membership=member, role=role, granted_at=LONG_AGO, ended_at=ended_at)
            for role, ended_at in zip(world.ranks[who, at], (None, GONE), strict=True)
            if role is not None
        )
        if current and world.acts.get(who) == at:
            member.act()
    Supply.objects.bulk_create(
        Supply(supplier=organisations[one], buyer=organisations[other], **until(current))
        for (one, other), current in world.supplies.items()
    )
    territories = [Territory.objects.create(code=f"t-{n}", name=f"T {n}") for n in range(world.territories)]
    TerritoryArea.objects.bulk_create(TerritoryArea(territory=territories[n], area=area) for n, area in world.covers)
    TerritoryHolder.objects.bulk_create(
        TerritoryHolder(organisation=organisations[at], territory=territories[n], **until(current))
        for (at, n), current in world.holds.items()
    )


def write_customers(world: World, organisations: list[Organisation]) -> list[Customer]:
    persons = [Person.objects.create(first_name="Customer", last_name=str(n)) for n in range(world.customers)]
    customers = [
        Customer.objects.create(number=f"C-{n}", person=person, since_date=SINCE, segment=Segment.HOME)
        for n, person in enumerate(persons)
    ]
    EndCustomer.objects.bulk_create(
        EndCustomer(partner=organisations[at], customer=customers[n], **until(current))
        for (at, n), current in world.serves.items()
    )
    return customers


def write_thing(
    thing: Thing, organisations: list[Organisation], people: list[User], customers: list[Customer]
) -> Lead | Ticket:
    shared: dict[str, Any] = {
        "partner": None if thing.partner is None else organisations[thing.partner],
        "assigned_to": None if thing.employee is None else people[thing.employee],
        "created_by": None if thing.creator is None else people[thing.creator],
        "created_by_company": organisations[thing.company],
        "created_at": LONG_AGO,
    }
    if thing.kind == "sales.lead":
        postcode = "300001" if thing.area == "30" else f"{thing.area} 1AA"
        return Lead.objects.create(company="Somebody", postcode=postcode, status=thing.status, **shared)
    customer = None if thing.customer is None else customers[thing.customer]
    number = f"T-{Ticket.objects.count()}"
    return Ticket.objects.create(number=number, subject="Something", customer=customer, **shared)


def write_rights(world: World, people: list[User]) -> None:
    group = AccessGroup.objects.create(code="the-group", name="The group")
    AccessGroupMember.objects.bulk_create(
        AccessGroupMember(group=group, user=people[who], added_at=LONG_AGO, ended_at=None if current else GONE)
        for who, current in world.group.items()
    )
    rules: dict[tuple[str, str, str, str], AccessRule] = {}
    for right in world.rights:
        if right.meeting not in rules:
            rules[right.meeting] = write_rule(right, len(rules))
        AccessRight.objects.create(
            rule=rules[right.meeting],
            role=right.role or "",
            group=None if right.role else group,
            action=right.action,
            starts_at=right.starts_at,
            ends_at=None if right.ends_at is None else max(right.ends_at, right.starts_at),
            granted_at=LONG_AGO,
            why="generated",
        )


def write_rule(right: Right, number: int) -> AccessRule:
    object_type, of_user, of_object, only = right.meeting
    rule = AccessRule(
        code=f"rule-{number}",
        name=f"Rule {number}",
        object_type=object_type,
        actors_of_user=of_user,
        actors_of_object=of_object,
        object_filter=only,
    )
    rule.full_clean()
    rule.save()
    return rule
