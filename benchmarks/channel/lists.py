"""Lists, counts and searches of leads through `scope`, beside the plain filter that returns the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from unittest import mock

from django.db import connection, transaction
from django.db.models import Q

from benchmarks.channel.world import BEGAN, Person, World
from benchmarks.results import record
from tradewind.crm.access import ActionGroup, one_state, scope
from tradewind.crm.access.among import Among
from tradewind.crm.access.explain import explain
from tradewind.crm.access.models import AccessRule
from tradewind.crm.access.operations import grant
from tradewind.crm.identity.models import User
from tradewind.crm.sales.models import Lead
from tradewind.crm.sales.models.lead import LeadQuerySet

PAGE = 25
WARM_UP = 6
"""Rounds that PostgreSQL takes to know that its plans are good for everybody."""

type Question = Callable[[LeadQuerySet], object]


def listed(leads: LeadQuerySet) -> list[Lead]:
    return list(leads.latest_first()[:PAGE])


def found(leads: LeadQuerySet) -> list[Lead]:
    return list(leads.search("bade").order_by("search_key", "id")[:PAGE])


QUESTIONS: dict[str, Question] = {
    "list": listed,
    "count": lambda leads: leads.count(),
    "search": found,
    "page": lambda leads: (leads.count(), listed(leads)),
    "found page": lambda leads: (leads.search("bade").count(), found(leads)),
}
"""What is asked of leads. A page of a portal counts and lists them, all or those that were searched."""


def measure(world: World, *, rounds: int) -> None:
    for person in world.people:
        for name, question in QUESTIONS.items():
            whole(person, name, question, rounds=rounds if len(person.partners) < PAGE else max(5, rounds // 20))
    for person in world.people[2:3]:
        forms(person, rounds=rounds)
    explained(world.people[2], rounds=max(5, rounds // 10))


def grown(world: World, *, leads: int, rounds: int) -> None:
    """A page at one size of the table."""
    person, name = world.people[2], "page"
    ours, theirs, _known = in_turns(person, QUESTIONS[name], rounds=rounds)
    record(f"{connection.vendor}.growth.leads={leads}", seconds=ours, peer="plain filter", peer_seconds=theirs)


def plain(person: Person) -> LeadQuerySet:
    if len(person.partners) == 1:
        return Lead.objects.filter(partner=person.partners[0])
    return Lead.objects.filter(partner__in=person.partners)


def known(person: Person) -> User:
    """The user as a request has it: signed in, its roles read by the guard in front of the view."""
    user = User.objects.get(pk=person.user.pk)
    user.roles()
    return user


def whole(person: Person, name: str, question: Question, *, rounds: int) -> None:
    """A request that reads rights, actors and rows; a further question of one; both beside the plain filter."""
    ours, theirs, further = in_turns(person, question, rounds=rounds)
    title = f"{connection.vendor}.{person.name}.{name}".replace(", ", ".").replace(" ", "_")
    record(title, seconds=ours, peer="plain filter", peer_seconds=theirs)
    record(f"{title}.rights_read", seconds=further, peer="plain filter", peer_seconds=theirs)


def in_turns(person: Person, question: Question, *, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds of a whole request, of the plain filter without one, and of a question in a request that knows rights.

    The three take turns, and who begins changes, since whoever comes later finds the pages in the processor's memory.
    """
    user = known(person)
    ways = (
        lambda: timed(lambda: requested(user, question)),
        lambda: timed(lambda: question(plain(person))),
        lambda: further_seconds(user, question),
    )
    with one_state():
        assert question(scope(user, Lead.objects.all())) == question(plain(person))
    seconds: tuple[list[float], list[float], list[float]] = ([], [], [])
    for place in range(WARM_UP + rounds):
        for way in (place % 3, (place + 1) % 3, (place + 2) % 3):
            took = ways[way]()
            if place >= WARM_UP:
                seconds[way].append(took)
    return seconds


def requested(user: User, question: Question) -> object:
    """What a page that is opened does."""
    with one_state():
        return question(scope(user, Lead.objects.all()))


def further_seconds(user: User, question: Question) -> float:
    """The time of a question in a request that has asked before."""
    with one_state():
        scope(user, Lead.objects.all())
        return timed(lambda: question(scope(user, Lead.objects.all())))


def forms(person: Person, *, rounds: int) -> None:
    """A list by two columns, with the actors read first and as a subquery, as each database may be asked."""
    user, question, title = known(person), QUESTIONS["list"], f"{connection.vendor}.form"
    company = user.memberships.get().organisation
    peer = Lead.objects.filter(Q(partner__in=person.partners) | Q(created_by_company=company))
    with transaction.atomic():
        also_created_by(user)
        assert question(scope(user, Lead.objects.all())) == question(peer)

        def keep_form(name: str) -> None:
            ours, theirs = [], []
            requested(user, question)
            for _round in range(rounds):
                ours.append(timed(lambda: requested(user, question)))
                theirs.append(timed(lambda: question(peer.all())))
            record(f"{title}.{name}", seconds=ours, peer="plain filter", peer_seconds=theirs)

        keep_form("read_first")
        with subqueries():
            keep_form("subquery")
            if connection.vendor == "postgresql":
                with mock.patch.object(Among, "as_postgresql", Among.as_sql):
                    keep_form("in_subquery")
        transaction.set_rollback(True)


def also_created_by(user: User) -> None:
    """Let the user's group see what the user's company created: a second column beside the partner."""
    rule = AccessRule.objects.get(code="lead-created-by-company")
    group = user.access_groups.get().group
    grant(rule=rule, action=ActionGroup.READ, holder=group, actor=None, now=BEGAN, why="measured")


@contextmanager
def subqueries() -> Iterator[None]:
    """Read no actors first."""
    with mock.patch("tradewind.crm.access.selected.MOST_READ", 0):
        yield


def explained(person: Person, *, rounds: int) -> None:
    """Why a lead is seen, and why another is not."""
    user = known(person)
    own = plain(person).latest_first()[0]
    foreign = Lead.objects.exclude(partner__in=person.partners).latest_first()[0]
    assert explain(user, own).allowed
    assert not explain(user, foreign).allowed
    for name, lead in (("why", own), ("why_not", foreign)):
        seconds = [timed(partial(explain, user, lead)) for _round in range(rounds)]
        record(f"{connection.vendor}.explain.{name}", seconds=seconds)


def timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began
