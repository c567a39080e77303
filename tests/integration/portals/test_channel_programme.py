"""What is agreed with a partner, on the channel manager's pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.partnership import enlisted

from tradewind.crm.channel.certificates import ask
from tradewind.crm.channel.models import Certificate, Certification, Contract, Goal, Partner, Programme, Tier
from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]

MOST_QUERIES = 15


@pytest.fixture
def claire(cast: Cast, client_of: ClientOf) -> Client:
    client = client_of(cast.claire)
    client.get("/")
    return client


@pytest.fixture
def partner(cast: Cast) -> Partner:
    programme = Programme.objects.create(code="sell", name="Sell with us")
    tier = Tier.objects.create(programme=programme, rank=1, name="Silver")
    tier.criteria.create(measure="sales", at_least=100_000)
    return enlisted(cast.camden, actor=cast.claire, now=timezone.now(), programme=programme)


@pytest.fixture
def repair(db: None) -> Certification:
    return Certification.objects.create(code="repair", name="Laptop repair")


def page(partner: Partner, name: str, *more: object) -> str:
    return reverse(f"channel:{name}", args=[partner.uuid, *more])


def test_progress_towards_the_next_tier_is_shown(claire: Client, partner: Partner) -> None:
    text = claire.get(page(partner, "partner-programme")).content.decode()
    assert "On the way to Silver" in text
    assert "£0.00 of £1,000.00" in text


def test_a_goal_is_agreed_in_pounds_and_removed(claire: Client, partner: Partner) -> None:
    typed = {"measure": "sales", "target": "1250.50", "since_date": "2026-10-01", "until_date": "2026-12-31"}
    claire.post(page(partner, "partner-goals"), typed)
    assert Goal.objects.get().target == 125_050
    twice = claire.post(page(partner, "partner-goals"), typed)
    assert twice.status_code == 422
    assert "There is a goal for this measure and period already." in twice.content.decode()
    half = claire.post(page(partner, "partner-goals"), {**typed, "measure": "orders", "target": "1.5"})
    assert "Write a whole number." in half.content.decode()
    backward = claire.post(page(partner, "partner-goals"), {**typed, "until_date": "2026-09-30"})
    assert "The period ends before it begins." in backward.content.decode()
    claire.post(page(partner, "partner-goal-removal", Goal.objects.get().pk))
    assert not Goal.objects.exists()
    told = list(partner.activities.values_list("activity__verb", flat=True))
    assert told[:2] == ["goal.removed", "goal.added"]


def test_a_contract_is_written_down_once(claire: Client, partner: Partner) -> None:
    typed = {
        "number": "K-7",
        "title": "Framework",
        "signed_date": "2026-01-05",
        "starts_date": "2026-02-01",
        "ends_date": "",
        "notice_days": "90",
    }
    claire.post(page(partner, "partner-contracts"), typed)
    assert Contract.objects.get().partner == partner
    twice = claire.post(page(partner, "partner-contracts"), typed)
    assert (twice.status_code, "There is a contract with this number already." in twice.content.decode()) == (422, True)
    ends = claire.post(page(partner, "partner-contracts"), {**typed, "number": "K-8", "ends_date": "2026-01-31"})
    assert "The contract ends before it begins." in ends.content.decode()
    assert Contract.objects.count() == 1


def test_a_certificate_is_asked_for_and_granted_or_refused(
    claire: Client, cast: Cast, partner: Partner, repair: Certification
) -> None:
    claire.post(page(partner, "partner-certificate-ask"), {"certification": repair.pk, "person": cast.paul.pk})
    first = Certificate.objects.get()
    assert "1 certificate is asked for" in claire.get(reverse("channel:overview")).content.decode()
    claire.post(page(partner, "certificate-grant", first.pk), {"starts_date": "not a day"})
    claire.post(page(partner, "certificate-grant", first.pk), {"starts_date": timezone.localdate().isoformat()})
    first.refresh_from_db()
    assert first.is_valid(on_date=timezone.localdate())
    second = ask(partner=partner, certification=repair, person=cast.petra, actor=cast.petra, now=timezone.now())
    claire.post(page(partner, "certificate-refusal", second.pk), {"why": ""})
    assert Certificate.objects.asked_for().exists()
    claire.post(page(partner, "certificate-refusal", second.pk), {"why": "The course is not finished."})
    assert "The course is not finished." in claire.get(page(partner, "partner-certificates")).content.decode()
    wrong = claire.post(
        page(partner, "partner-certificate-ask"), {"certification": repair.pk, "person": cast.rex.pk}, follow=True
    )
    assert "Choose a certification" in wrong.content.decode()


def test_nothing_of_one_partner_is_reached_through_another(
    claire: Client, cast: Cast, partner: Partner, repair: Certification
) -> None:
    other = enlisted(cast.borough, actor=cast.claire, now=timezone.now())
    certificate = ask(partner=partner, certification=repair, person=cast.paul, actor=cast.petra, now=timezone.now())
    goal = partner.goals.create(
        measure="sales", target=1, since_date=timezone.localdate(), until_date=timezone.localdate()
    )
    row = partner.authorisations.create(family="Fell", since_date=timezone.localdate(), given_by=cast.claire)
    for name, pk in (
        ("certificate-grant", certificate.pk),
        ("certificate-refusal", certificate.pk),
        ("partner-goal-removal", goal.pk),
        ("authorisation-end", row.pk),
    ):
        assert claire.post(page(other, name, pk), {"why": "x", "starts_date": "2026-01-01"}).status_code == 404


def test_a_product_family_is_authorised_and_ends(claire: Client, cast: Cast, partner: Partner) -> None:
    family = cast.laptop.family
    claire.post(page(partner, "partner-authorisations"), {"family": family})
    claire.post(page(partner, "partner-authorisations"), {"family": family})
    claire.post(page(partner, "partner-authorisations"), {"family": "Spaceships"})
    (row,) = partner.authorisations.all()
    claire.post(page(partner, "authorisation-end", row.pk))
    assert not partner.authorisations.current().exists()
    claire.post(page(partner, "partner-authorisations"), {"family": family})
    assert partner.authorisations.count() == 2


def test_the_home_names_what_runs_out(claire: Client, cast: Cast, partner: Partner, repair: Certification) -> None:
    today = timezone.localdate()
    certificate = ask(partner=partner, certification=repair, person=cast.paul, actor=cast.petra, now=timezone.now())
    certificate.grant(starts_date=today - timedelta(days=720), actor=cast.claire, now=timezone.now())
    partner.contracts.create(
        number="K-1",
        title="Framework",
        signed_date=today,
        starts_date=today - timedelta(days=300),
        ends_date=today + timedelta(days=20),
    )
    titles = [todo.title for todo in claire.get(reverse("channel:overview")).context["todo"]]
    assert titles == ["1 certificate expires", "The contract with Camden Computers ends"]
    assert "Camden Computers" in claire.get(reverse("channel:certificate-list")).content.decode()


def test_the_pages_cost_the_same_however_much_is_agreed(
    claire: Client, cast: Cast, partner: Partner, repair: Certification
) -> None:
    urls = [
        page(partner, "partner-programme"),
        page(partner, "partner-certificates"),
        reverse("channel:certificate-list"),
    ]
    grow(partner, cast, repair, 1)
    few = [cost(claire, url) for url in urls]
    grow(partner, cast, repair, 6)
    assert [cost(claire, url) for url in urls] == few
    assert max(few) <= MOST_QUERIES


def grow(partner: Partner, cast: Cast, repair: Certification, times: int) -> None:
    today = timezone.localdate()
    for number in range(times):
        at = today - timedelta(days=partner.goals.count() + 1)
        partner.goals.create(measure="sales", target=1, since_date=at, until_date=today)
        certificate = ask(partner=partner, certification=repair, person=cast.paul, actor=cast.petra, now=timezone.now())
        certificate.grant(starts_date=today - timedelta(days=700), actor=cast.claire, now=timezone.now())
        partner.authorisations.create(family=f"F{times}{number}", since_date=today, given_by=cast.claire)
        partner.contracts.create(number=f"K{times}{number}", title="x", signed_date=today, starts_date=today)


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["petra", "rex", "adam"])
def test_nobody_else_changes_what_is_agreed(
    cast: Cast, client_of: ClientOf, partner: Partner, repair: Certification, name: str
) -> None:
    client = client_of(getattr(cast, name))
    posts = ("partner-goals", "partner-contracts", "partner-certificate-ask", "partner-authorisations")
    assert {client.post(page(partner, one)).status_code for one in posts} == {404}
    seen = {client.get(page(partner, one)).status_code for one in ("partner-programme", "partner-certificates")}
    assert seen == ({200} if name == "adam" else {404})
