"""A channel in an empty database: partners in groups and tiers, their people, and leads in bulk."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched, count, islice, pairwise
from typing import Any, Final

from django.db import connection, transaction

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.models import AccessGroup, AccessRule
from tradewind.crm.access.operations import create_rule, grant
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.hierarchy import place
from tradewind.crm.parties.models import Kind, Membership, Organisation, Supply
from tradewind.crm.sales.models import Lead, LeadStatus

BEGAN: Final = datetime(2025, 1, 1, tzinfo=UTC)
SYLLABLES: Final = [consonant + vowel for consonant in "bdklmr" for vowel in "aeiou"]
ROWS_AT_ONCE: Final = 5_000
COLUMNS: Final = (
    "company", "contact_name", "email", "phone", "postcode", "area", "search_key", "status", "value_minor", "currency",
    "partner_id", "assigned_to_id", "created_by_id", "created_by_company_id", "created_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose lists are measured, and the partners whose leads they come to."""

    name: str
    user: User
    partners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class World:
    people: tuple[Person, ...]
    rows: Iterator[tuple[Any, ...]]
    """The leads that are not there yet."""

    def grow(self, leads: int) -> None:
        """Add as many leads, and leave the planner and the log as they are on a quiet day."""
        with transaction.atomic():
            insert(islice(self.rows, leads))
        analyse()


def build(*, partners: int) -> World:
    """Partners and people; the same number gives the same world, and the same leads after it.

    Distributors are head → company → branch, and the branch supplies resellers. One of them supplies one reseller, one
    supplies ten, one more than half of all, and every twentieth partner ten that are drawn.
    """
    with transaction.atomic():
        brand = Organisation.objects.create(name="Brand", kind=Kind.BRAND_OWNER)
        rows = Organisation.objects.bulk_create(
            Organisation(name=f"Partner {number:04}", kind=Kind.PARTNER) for number in range(partners)
        )
        rules = distribution_rules()
        resellers = rows[9:]
        wide = len(resellers) * 6 // 10
        people = (
            manager(rows[9]),
            distributor("four levels, one partner", rows[0:3], resellers[:1], rules),
            distributor("four levels, ten partners", rows[3:6], resellers[1:11], rules),
            distributor("four levels, most partners", rows[6:9], resellers[11 : 11 + wide], rules),
        )
        distribute(resellers[11 + wide :], resellers)
    return World(people, lead_rows(rows, brand))


def distribute(partners: list[Organisation], resellers: list[Organisation]) -> None:
    """Make distributors of half of these partners, so that no distributor is all that there is."""
    drawn = random.Random(7)
    for levels in batched(partners[: len(partners) // 2], 3):
        stack(levels)
        supply(levels[-1], drawn.sample(resellers, min(10, len(resellers))))


def distribution_rules() -> AccessGroup:
    """A group whose members see the leads of every company that their corporate group supplies."""
    rule = AccessRule(
        code="lead-supplied-by-group",
        name="Leads of companies that the user's group supplies",
        object_type="sales.lead",
        actors_of_user="companies_supplied_by_group",
        actors_of_object="partner",
    )
    create_rule(rule, actor=None, now=BEGAN, why="measured")
    group = AccessGroup.objects.create(code="distribution", name="Distribution")
    grant(rule=rule, action=ActionGroup.READ, holder=group, actor=None, now=BEGAN, why="measured")
    return group


def manager(company: Organisation) -> Person:
    """A partner manager with the rights that every installation begins with."""
    user = employee("manager", company)
    user.memberships.get().give(Role.PARTNER_MANAGER, actor=None, now=BEGAN)
    return Person("one level, one partner", user, (company.pk,))


def distributor(name: str, levels: list[Organisation], buyers: list[Organisation], group: AccessGroup) -> Person:
    """Somebody at the company in the middle of a hierarchy whose lowest branch supplies the buyers."""
    _head, company, branch = levels
    stack(levels)
    supply(branch, buyers)
    user = employee(name.replace(", ", "-").replace(" ", "-"), company)
    group.add(user, actor=None, now=BEGAN)
    return Person(name, user, tuple(buyer.pk for buyer in buyers))


def stack(levels: Sequence[Organisation]) -> None:
    """Put each under the one before it."""
    for above, below in pairwise(levels):
        place(below, under=above, actor=None, now=BEGAN)


def supply(supplier: Organisation, buyers: list[Organisation]) -> None:
    Supply.objects.bulk_create(Supply(supplier=supplier, buyer=buyer, since_date=BEGAN.date()) for buyer in buyers)


def employee(name: str, company: Organisation) -> User:
    user = User.objects.create(email=f"{name}@partner.example", name=name)
    Membership.objects.create(user=user, organisation=company, since_date=BEGAN.date())
    return user


# --- Leads


def insert(rows: Iterable[tuple[Any, ...]]) -> None:
    """Leads in bulk."""
    table, names = Lead._meta.db_table, ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(COLUMNS))
        for some in batched(rows, ROWS_AT_ONCE):
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", some)


def lead_rows(partners: list[Organisation], brand: Organisation) -> Iterator[tuple[Any, ...]]:
    """Leads without end, a partner's spread over the whole time."""
    drawn = random.Random(4)
    statuses = LeadStatus.values
    for number in count():
        company = "".join(drawn.choices(SYLLABLES, k=4))
        at = BEGAN + timedelta(seconds=number * 40)
        yield (
            company, "", "", "", "NW1 7AB", f"A{number % 90}", company, statuses[number % len(statuses)],
            number % 9_999, "GBP", partners[drawn.randrange(len(partners))].pk, None, None, brand.pk,
            at.isoformat(sep=" ")[:19],
        )  # fmt: skip


def analyse() -> None:
    """Let the planner know what is there, and leave no work for later."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
