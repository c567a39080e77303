"""Who belongs to whom and who supplies whom, on the channel manager's pages."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.partnership import enlisted

from tradewind.crm.channel.models import Partner
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Supply

type ClientOf = Callable[[User], Client]


@pytest.fixture
def claire(cast: Cast, client_of: ClientOf) -> Client:
    client = client_of(cast.claire)
    client.get("/")
    return client


@pytest.fixture
def partners(cast: Cast) -> list[Partner]:
    """A group, a company and a branch, which do not know each other yet."""
    return [enlisted(name, actor=cast.claire, now=timezone.now()) for name in ("Group", "Company", "Branch")]


def page(partner: Partner, name: str = "partner-structure", *more: object) -> str:
    return reverse(f"channel:{name}", args=[partner.uuid, *more])


def test_a_hierarchy_is_built_and_no_circle_gets_into_it(claire: Client, partners: list[Partner]) -> None:
    group, company, branch = partners
    claire.post(page(company, "partner-parent"), {"parent": group.uuid})
    claire.post(page(branch, "partner-parent"), {"parent": company.uuid})
    assert [row.descendant.name for row in claire.get(page(group)).context["below"]] == ["Company", "Branch"]
    circle = claire.post(page(group, "partner-parent"), {"parent": branch.uuid}, follow=True)
    assert "Branch stands below Group already" in circle.content.decode()
    itself = claire.post(page(group, "partner-parent"), {"parent": group.uuid}, follow=True)
    assert "Group cannot belong to itself." in itself.content.decode()
    assert group.organisation.parent() is None
    claire.post(page(company, "partner-parent"), {"parent": ""})
    assert company.organisation.parent() is None
    assert branch.organisation.parent() == company.organisation
    told = list(company.activities.values_list("activity__detail__what", flat=True)[:2])
    assert told == ["", "Group"]


def test_goods_run_in_no_circle(claire: Client, partners: list[Partner]) -> None:
    group, company, branch = partners
    claire.post(page(group, "partner-supplies"), {"buyer": company.uuid})
    claire.post(page(company, "partner-supplies"), {"buyer": branch.uuid})
    circle = claire.post(page(branch, "partner-supplies"), {"buyer": group.uuid}, follow=True)
    assert "Group supplies Branch by way of others; goods run one way." in circle.content.decode()
    claire.post(page(group, "partner-supplies"), {"buyer": branch.uuid})
    assert Supply.objects.current().count() == 3


def test_goods_run_one_way_and_to_somebody_else(claire: Client, partners: list[Partner]) -> None:
    distributor, reseller, _other = partners
    claire.post(page(distributor, "partner-supplies"), {"buyer": reseller.uuid})
    for supplier, buyer, said in (
        (distributor, reseller, "supplies it already"),
        (reseller, distributor, "goods run one way"),
        (reseller, reseller, "cannot supply itself"),
    ):
        answer = claire.post(page(supplier, "partner-supplies"), {"buyer": buyer.uuid}, follow=True)
        assert said in answer.content.decode()
    row = Supply.objects.get()
    assert claire.post(page(reseller, "partner-supply-end", row.pk)).status_code == 404
    claire.post(page(distributor, "partner-supply-end", row.pk))
    assert not Supply.objects.current().exists()
    claire.post(page(reseller, "partner-supplies"), {"buyer": distributor.uuid})
    assert Supply.objects.current().get().supplier == reseller.organisation
    wrong = claire.post(page(distributor, "partner-supplies"), {"buyer": "x"}, follow=True)
    assert "Choose a partner. Nothing was changed." in wrong.content.decode()


def test_the_page_costs_the_same_however_large_the_group_is(
    claire: Client, cast: Cast, partners: list[Partner]
) -> None:
    group = partners[0]

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert claire.get(page(group)).status_code == 200
        return len(queries)

    claire.post(page(partners[1], "partner-parent"), {"parent": group.uuid})
    few = cost()
    for number in range(6):
        below = enlisted(f"Branch {number}", actor=cast.claire, now=timezone.now())
        claire.post(page(below, "partner-parent"), {"parent": group.uuid})
        claire.post(page(group, "partner-supplies"), {"buyer": below.uuid})
    assert cost() == few <= 15


@pytest.mark.parametrize("name", ["petra", "rex", "hannah"])
def test_other_roles_reach_none_of_it(cast: Cast, client_of: ClientOf, partners: list[Partner], name: str) -> None:
    client = client_of(getattr(cast, name))
    assert client.get(page(partners[0])).status_code == 404
    assert client.post(page(partners[0], "partner-parent"), {"parent": partners[1].uuid}).status_code == 404
    assert client.post(page(partners[0], "partner-supplies"), {"buyer": partners[1].uuid}).status_code == 404
    assert not Supply.objects.exists()
