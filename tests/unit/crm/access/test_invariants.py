"""What must hold of access whatever screens are built on it: A1 to A7."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import CharField, Model, TextField
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.channel import MODELS, Channel

from tradewind.crm.access import scope
from tradewind.crm.access.models import AccessRight
from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import Role, User
from tradewind.crm.orders.models import Order
from tradewind.crm.sales.models import Lead

pytestmark = pytest.mark.both_databases

CAMDENS = {"own", "paul's", "made by camden"}
RIVALS = {"made by camden, now the rival's", "the rival's"}
EVERYTHING = CAMDENS | RIVALS | {"nobody's"}
MATRIX: dict[str, dict[str, set[str]]] = {
    # The published matrix: a manager edits all of the company, an employee sees all and edits the own ones, and what
    # is deleted the own company has created.
    "petra": {"read": CAMDENS, "write": CAMDENS, "delete": {"made by camden"}, "approve": set(), "export": CAMDENS},
    "paul": {"read": CAMDENS, "write": {"paul's"}, "delete": set(), "approve": set(), "export": set()},
    "rex": {"read": RIVALS, "write": RIVALS, "delete": {"the rival's"}, "approve": set(), "export": RIVALS},
    "claire": dict.fromkeys(("read", "write", "delete", "approve", "export"), EVERYTHING),
    "adam": {"read": EVERYTHING, "write": set(), "delete": set(), "approve": set(), "export": set()},
}
NOTHING: dict[str, set[str]] = {action: set() for action in MATRIX["petra"]}


def allowed(channel: Channel, name: str, model: type[Model]) -> dict[str, set[str]]:
    user = User.objects.get(pk=getattr(channel.cast, name).pk)
    return {action: channel.names(model, scope(user, model, action)) for action in NOTHING}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ["petra", "paul", "rex", "claire", "adam", "hannah", "daniel", "ines"])
def test_a1_every_role_may_do_what_the_matrix_says_and_nothing_else(
    channel: Channel, name: str, model: type[Model]
) -> None:
    expected = {action: set(names) for action, names in MATRIX.get(name, NOTHING).items()}
    if model is Ticket:
        for action, names in expected.items():
            if names == EVERYTHING or (name == "petra" and action in {"read", "write", "export"}):
                names.add("of brightside")
    if model is Ticket and name == "paul":
        expected["read"].add("of brightside")
    assert allowed(channel, name, model) == expected


def test_a1_finance_sees_orders_that_have_a_partner_and_no_leads(channel: Channel) -> None:
    assert allowed(channel, "farah", Order) == NOTHING | {
        "read": EVERYTHING - {"nobody's"},
        "export": EVERYTHING - {"nobody's"},
    }
    assert allowed(channel, "farah", Lead) == NOTHING


@pytest.mark.parametrize("model", [Lead, Ticket])
@pytest.mark.parametrize("name", ["petra", "paul"])
def test_a2_no_text_of_the_rival_reaches_a_partner(channel: Channel, name: str, model: type[Model]) -> None:
    user = getattr(channel.cast, name)
    columns = [f.name for f in model._meta.local_fields if isinstance(f, CharField | TextField)]
    assert "MARK-OF-THE-RIVAL" not in str(list(scope(user, model).values(*columns)))
    assert "MARK-OF-THE-RIVAL" in str(list(scope(channel.cast.rex, model).values(*columns)))


def test_a2_search_and_counts_know_nothing_of_the_rival(channel: Channel) -> None:
    cast = channel.cast
    assert scope(cast.rex, Lead.objects.search("mark of the rival")).count() == 2
    assert scope(cast.petra, Lead.objects.search("mark of the rival")).count() == 0
    assert scope(cast.petra, Lead).count() == 3


def test_a4_who_may_do_something_may_see_it(channel: Channel) -> None:
    for user in channel.cast.everybody().values():
        for model in MODELS:
            seen = set(scope(user, model).values_list("pk", flat=True))
            for action in ("write", "delete", "approve", "export"):
                assert set(scope(user, model, action).values_list("pk", flat=True)) <= seen


def end_the_right(channel: Channel) -> None:
    right = AccessRight.objects.get(rule__code="lead-of-company", role=Role.PARTNER_MANAGER, action="read")
    right.end(actor=channel.cast.adam, now=timezone.now(), why="the test says so")


def end_the_membership(channel: Channel) -> None:
    channel.cast.petra.memberships.get().end(on_date=timezone.now().date())


def take_the_role(channel: Channel) -> None:
    channel.cast.petra.memberships.get().take_role(actor=channel.cast.adam, now=timezone.now())


def switch_off(channel: Channel) -> None:
    User.objects.filter(pk=channel.cast.petra.pk).update(is_active=False)


def recall_the_leads(channel: Channel) -> None:
    Lead.objects.filter(partner=channel.cast.camden).update(partner=None)


@pytest.mark.parametrize(
    "change", [end_the_right, end_the_membership, take_the_role, switch_off, recall_the_leads], ids=lambda f: f.__name__
)
def test_a5_what_is_taken_away_is_gone_with_the_next_request(
    channel: Channel, change: Callable[[Channel], None]
) -> None:
    assert scope(channel.cast.petra, Lead).exists()
    change(channel)
    assert not scope(User.objects.get(pk=channel.cast.petra.pk), Lead).exists()


def test_a6_nothing_is_kept_between_two_questions(channel: Channel) -> None:
    """The same user object asks twice; what changed in between counts, and rights are read both times."""
    petra = channel.cast.petra
    petra.roles()
    list(scope(petra, Lead))  # which relations such people need is known from here on, not where they lead
    asked: list[Any] = []
    for _time in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            asked.append(set(scope(petra, Lead).values_list("pk", flat=True)))
        assert len(queries) == 2  # her rights with her actors, the leads
        Lead.objects.filter(pk__in=asked[0]).update(partner=channel.cast.borough)
    assert len(asked[0]) == 3
    assert asked[1] == set()


@pytest.mark.parametrize("model", MODELS)
def test_a7_a_foreign_object_answers_as_an_absent_one(channel: Channel, model: type[Model]) -> None:
    foreign = channel.objects[model]["the rival's"].pk
    absent = max(row.pk for row in channel.objects[model].values()) + 1
    rows = scope(channel.cast.petra, model)
    answers = {str(error(lambda pk=pk: rows.get(pk=pk))) for pk in (foreign, absent)}  # type: ignore[misc]
    assert len(answers) == 1


def error(ask: Callable[[], object]) -> Exception:
    with pytest.raises(Exception, match="does not exist") as refused:
        ask()
    return refused.value
