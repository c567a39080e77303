"""Tiers and goals are counted from what was done; certificates are asked for, granted, refused, and run out."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.cast import Cast
from tests.partnership import enlisted

from tradewind.crm.access import scope
from tradewind.crm.channel.certificates import ask
from tradewind.crm.channel.measures import LEFT_OUT, Period, measured
from tradewind.crm.channel.models import (
    Certificate,
    CertificateRefused,
    Certification,
    Contract,
    Goal,
    Holder,
    Partner,
    Programme,
    Tier,
)
from tradewind.crm.channel.models.certificate import months_after
from tradewind.crm.channel.rules import Measure
from tradewind.crm.channel.tiers import standing
from tradewind.crm.orders.models import Order
from tradewind.crm.sales.models import Lead, LeadStatus

pytestmark = pytest.mark.both_databases

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


@pytest.fixture
def programme(db: None) -> Programme:
    """Bronze for anybody who orders, silver for £1,000 and one certified person."""
    programme = Programme.objects.create(code="sell", name="Sell with us")
    bronze, silver = (
        Tier.objects.create(programme=programme, rank=rank, name=name) for rank, name in ((1, "Bronze"), (2, "Silver"))
    )
    bronze.criteria.create(measure=Measure.ORDERS, at_least=1)
    silver.criteria.create(measure=Measure.SALES, at_least=100_000)
    silver.criteria.create(measure=Measure.CERTIFIED_PEOPLE, at_least=1)
    return programme


@pytest.fixture
def partner(cast: Cast, now: datetime, programme: Programme) -> Partner:
    return enlisted(cast.camden, actor=cast.claire, now=now, programme=programme)


@pytest.fixture
def repair(db: None) -> Certification:
    return Certification.objects.create(code="repair", name="Laptop repair", holder=Holder.PERSON, valid_months=12)


def order(cast: Cast, at: datetime, total: int, **fields: Any) -> Order:
    number = f"O-{Order.objects.count() + 1}"
    made = {"partner": cast.camden, "created_by_company": cast.camden, "total_minor": total, "created_at": at, **fields}
    return Order.objects.create(number=number, **made)


def certified(partner: Partner, certification: Certification, cast: Cast, now: datetime, start: date) -> Certificate:
    person = cast.paul if certification.holder == Holder.PERSON else None
    certificate = ask(partner=partner, certification=certification, person=person, actor=cast.petra, now=now)
    certificate.grant(starts_date=start, actor=cast.claire, now=now)
    return certificate


def test_a_tier_is_reached_when_everything_of_it_and_below_it_is_met(
    cast: Cast, now: datetime, partner: Partner, repair: Certification
) -> None:
    assert standing(partner, on_date=TODAY).reached is None
    order(cast, now, 60_000)
    at_bronze = standing(partner, on_date=TODAY)
    assert (str(at_bronze.reached), str(at_bronze.following), at_bronze.met) == ("Bronze", "Silver", 0)
    assert {each.asked.measure: (each.done, each.share) for each in at_bronze.progress} == {
        "sales": (60_000, 0.6),
        "certified_people": (0, 0.0),
    }
    order(cast, now, 40_000)
    certified(partner, repair, cast, now, TODAY)
    at_silver = standing(partner, on_date=TODAY)
    assert (str(at_silver.reached), at_silver.following) == ("Silver", None)


def test_only_orders_of_the_own_company_of_the_year_that_stand_are_counted(
    cast: Cast, now: datetime, partner: Partner
) -> None:
    order(cast, now, 1)
    order(cast, now, 10, partner=cast.borough)
    order(cast, now, 100, status="cancelled")
    order(cast, now, 1_000, currency="RON")
    order(cast, now - 366 * DAY, 10_000)
    order(cast, now + DAY, 100_000)
    year = Period(TODAY - 365 * DAY, TODAY)
    done = measured(partner, [year], on_date=TODAY)[year]
    assert (done[Measure.SALES], done[Measure.ORDERS], done[LEFT_OUT]) == (1, 2, 1)


def test_money_is_counted_in_the_companys_currency_and_what_is_left_out_is_said(
    cast: Cast, now: datetime, partner: Partner, settings: Settings
) -> None:
    order(cast, now, 60_000, currency="RON")
    order(cast, now, 5, currency="GBP")
    partner.goals.create(measure="sales", target=60_000, since_date=TODAY - 30 * DAY, until_date=TODAY)
    partner.goals.create(measure="orders", target=2, since_date=TODAY - 30 * DAY, until_date=TODAY)
    goals = partner.goals.order_by("pk")
    in_pounds = standing(partner, on_date=TODAY, goals=goals).goals
    assert [(each.done, each.left_out) for each in in_pounds] == [(5, 1), (2, 0)]
    settings.TRADEWIND_CURRENCY = "RON"
    found = standing(partner, on_date=TODAY, goals=goals)
    assert [(each.done, each.left_out) for each in found.goals] == [(60_000, 1), (2, 0)]
    assert str(found.reached) == "Bronze"


def test_the_first_and_the_last_day_of_a_period_count(cast: Cast, now: datetime, partner: Partner) -> None:
    from django.utils import timezone

    for at, total in (
        (datetime(2026, 11, 1, 0, 0), 1),
        (datetime(2026, 11, 30, 23, 59), 10),
        (datetime(2026, 12, 1), 100),
    ):
        order(cast, timezone.make_aware(at), total)
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert measured(partner, [november], on_date=TODAY)[november][Measure.SALES] == 11


def test_goals_are_set_against_what_was_done_in_their_period(cast: Cast, now: datetime, partner: Partner) -> None:
    lead = {"company": "X", "partner": cast.camden, "created_by_company": cast.larkfield, "created_at": now}
    Lead.objects.create(**lead, status=LeadStatus.CONVERTED)
    Lead.objects.create(**lead, status=LeadStatus.LOST)
    order(cast, now, 25_000)
    order(cast, now - 60 * DAY, 75_000)
    quarter, month = (date(2026, 9, 1), date(2026, 11, 30)), (date(2026, 11, 1), date(2026, 11, 30))
    wanted = [("sales", 100_000, quarter), ("sales", 50_000, month), ("leads_won", 2, month)]
    for measure, target, (since, until) in wanted:
        partner.goals.create(measure=measure, target=target, since_date=since, until_date=until)
    found = standing(partner, on_date=TODAY, goals=partner.goals.order_by("pk")).goals
    assert [(each.done, each.is_met) for each in found] == [(100_000, True), (25_000, False), (1, False)]


def test_counting_costs_the_same_for_one_goal_and_for_many(cast: Cast, partner: Partner) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            standing(partner, on_date=TODAY, goals=list(partner.goals.all()))
        return len(queries)

    partner.goals.create(measure="sales", target=1, since_date=TODAY, until_date=TODAY)
    one = cost()
    for days in range(1, 9):
        partner.goals.create(measure="sales", target=1, since_date=TODAY - days * DAY, until_date=TODAY)
    assert cost() == one == 6  # the goals, tiers, criteria, orders, leads, certificates


def test_a_certificate_runs_out_and_takes_its_share_of_the_tier_with_it(
    cast: Cast, now: datetime, partner: Partner, repair: Certification
) -> None:
    held = certified(partner, repair, cast, now, date(2025, 12, 1))
    assert held.expires_date == date(2026, 11, 30)
    assert list(Certificate.objects.expiring(on_date=TODAY, until=TODAY + 30 * DAY)) == [held]
    for day, people in ((date(2026, 11, 30), 1), (date(2026, 12, 1), 0)):
        at = Period(day, day)
        assert measured(partner, [at], on_date=day)[at][Measure.CERTIFIED_PEOPLE] == people
    certified(partner, repair, cast, now, date(2026, 11, 15))
    assert not Certificate.objects.expiring(on_date=TODAY, until=TODAY + 30 * DAY).exists()


def test_a_certificate_is_asked_for_once_by_whom_it_is_for(
    cast: Cast, now: datetime, partner: Partner, repair: Certification
) -> None:
    dealer = Certification.objects.create(code="dealer", name="Dealer", holder=Holder.COMPANY)

    def asked(certification: Certification, person: Any) -> Certificate:
        return ask(partner=partner, certification=certification, person=person, actor=cast.petra, now=now)

    for certification, person in ((repair, None), (dealer, cast.paul), (repair, cast.rex), (repair, cast.daniel)):
        with pytest.raises(CertificateRefused):
            asked(certification, person)
    first = asked(repair, cast.paul)
    asked(repair, cast.petra)
    asked(dealer, None)
    for certification, person in ((repair, cast.paul), (dealer, None)):
        with pytest.raises(CertificateRefused, match="already"):
            asked(certification, person)
    first.refuse(why="The course is not finished.", actor=cast.claire, now=now)
    assert asked(repair, cast.paul).decided_at is None


def test_a_certificate_is_decided_once_and_a_refusal_says_why(
    cast: Cast, now: datetime, partner: Partner, repair: Certification
) -> None:
    certificate = ask(partner=partner, certification=repair, person=cast.paul, actor=cast.petra, now=now)
    with pytest.raises(CertificateRefused):
        certificate.refuse(why=" ", actor=cast.claire, now=now)
    certificate.grant(starts_date=TODAY, actor=cast.claire, now=now)
    with pytest.raises(CertificateRefused, match="already"):
        certificate.refuse(why="changed my mind", actor=cast.claire, now=now)
    assert certificate.is_valid(on_date=TODAY)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 11, 20), 12, date(2027, 11, 19)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
    ],
)
def test_so_many_months_end_on_a_day_that_exists(start: date, months: int, last: date) -> None:
    assert months_after(start, months) == last


def test_the_database_holds_what_is_agreed(cast: Cast, now: datetime, partner: Partner, repair: Certification) -> None:
    certificate = certified(partner, repair, cast, now, TODAY)
    contract = {"title": "x", "signed_date": TODAY, "starts_date": TODAY}
    Contract.objects.create(partner=partner, number="K-1", **contract)
    partner.authorisations.create(family="Fell", since_date=TODAY, given_by=cast.claire)
    goal = {"partner": partner, "measure": "sales", "target": 1, "since_date": TODAY, "until_date": TODAY}
    Goal.objects.create(**goal)
    row = Certificate.objects.filter(pk=certificate.pk)
    changes: dict[str, Any] = {
        "granted without days": lambda: row.update(expires_date=None),
        "expired before it began": lambda: row.update(expires_date=TODAY - DAY),
        "granted and refused": lambda: row.update(why_refused="x"),
        "a contract number twice": lambda: Contract.objects.create(partner=partner, number="K-1", **contract),
        "a contract that ends first": lambda: Contract.objects.update(ends_date=TODAY - DAY),
        "authorised twice": lambda: partner.authorisations.create(
            family="Fell", since_date=TODAY, given_by=cast.claire
        ),
        "a goal twice": lambda: Goal.objects.create(**goal),
        "a goal for nothing": lambda: Goal.objects.update(target=0),
        "a goal of no measure": lambda: Goal.objects.update(measure="luck"),
        "a rank twice": lambda: Tier.objects.create(programme=Programme.objects.get(), rank=1, name="x"),
    }
    assert [name for name, change in changes.items() if not is_refused(change)] == []


def is_refused(change: Any) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_a_rival_sees_nothing_of_what_is_agreed(
    cast: Cast, now: datetime, partner: Partner, repair: Certification
) -> None:
    certified(partner, repair, cast, now, TODAY)
    partner.goals.create(measure="sales", target=1, since_date=TODAY, until_date=TODAY)
    enlisted(cast.borough, actor=cast.claire, now=now)
    assert scope(cast.petra, Certificate).exists()
    assert scope(cast.petra, Goal).exists()
    assert not scope(cast.rex, Certificate).exists()
    assert not scope(cast.rex, Goal).exists()
