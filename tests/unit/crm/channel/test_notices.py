"""Who reads which notice: aims of one kind are alternatives, aims of different kinds must all fit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.cast import Cast
from tests.partnership import enlisted

from tradewind.crm.access import scope
from tradewind.crm.channel.certificates import ask
from tradewind.crm.channel.models import Certification, Notice, Partner, PartnerType, Programme, Tier
from tradewind.crm.channel.rules import Measure

TODAY = timezone.localdate()

pytestmark = pytest.mark.both_databases


@pytest.fixture
def camden(cast: Cast, now: datetime) -> Partner:
    """A reseller in a programme, silver by no effort, not gold, with a certified employee."""
    programme = Programme.objects.create(code="sell", name="Sell")
    other = Programme.objects.create(code="serve", name="Serve")
    reseller = PartnerType.objects.create(code="reseller", name="Reseller")
    PartnerType.objects.create(code="distributor", name="Distributor")
    for rank, (name, needed) in enumerate((("Bronze", 1), ("Silver", 1), ("Gold", 99)), start=1):
        tier = Tier.objects.create(programme=programme, rank=rank, name=name)
        tier.criteria.create(measure=Measure.CERTIFIED_PEOPLE, at_least=needed)
    Tier.objects.create(programme=other, rank=1, name="Workshop")
    partner = enlisted(cast.camden, actor=cast.claire, now=now, type=reseller, programme=programme)
    enlisted(cast.borough, actor=cast.claire, now=now)
    repair = Certification.objects.create(code="repair", name="Repair")
    Certification.objects.create(code="cloud", name="Cloud")
    held = ask(partner=partner, certification=repair, person=cast.paul, actor=cast.petra, now=now)
    held.grant(starts_date=TODAY - timedelta(days=10), actor=cast.claire, now=now)
    return partner


def notice(cast: Cast, now: datetime, *, starts_date: date = TODAY, **fields: Any) -> Notice:
    return Notice.objects.create(
        title="Something new",
        body="Read this.",
        starts_date=starts_date,
        written_by=cast.claire,
        written_at=now,
        **fields,
    )


def readers(cast: Cast, found: Notice) -> set[str]:
    people = {"petra": cast.petra, "paul": cast.paul, "rex": cast.rex}
    return {name for name, user in people.items() if scope(user, Notice).filter(pk=found.pk).exists()}


def named(model: type[Any], *names: str) -> list[Any]:
    return list(model.objects.filter(name__in=names))


def test_a_notice_without_aims_is_for_every_partner(cast: Cast, camden: Partner, now: datetime) -> None:
    assert readers(cast, notice(cast, now)) == {"petra", "paul", "rex"}


@pytest.mark.parametrize(
    ("aims", "fits"),
    [
        ({"types": (PartnerType, "Reseller")}, True),
        ({"types": (PartnerType, "Distributor")}, False),
        ({"types": (PartnerType, "Distributor", "Reseller")}, True),
        ({"programmes": (Programme, "Sell")}, True),
        ({"programmes": (Programme, "Serve")}, False),
        ({"tiers": (Tier, "Silver")}, True),
        ({"tiers": (Tier, "Bronze")}, True),
        ({"tiers": (Tier, "Gold")}, False),
        ({"tiers": (Tier, "Workshop")}, False),
        ({"certifications": (Certification, "Repair")}, True),
        ({"certifications": (Certification, "Cloud")}, False),
        ({"types": (PartnerType, "Reseller"), "certifications": (Certification, "Repair")}, True),
        ({"types": (PartnerType, "Reseller"), "certifications": (Certification, "Cloud")}, False),
        ({"tiers": (Tier, "Silver"), "programmes": (Programme, "Serve")}, False),
    ],
)
def test_aims_are_met_by_what_the_partner_is(
    cast: Cast, camden: Partner, now: datetime, aims: dict[str, tuple[Any, ...]], fits: bool
) -> None:
    found = notice(cast, now)
    for kind, (model, *names) in aims.items():
        getattr(found, kind).set(named(model, *names))
    assert readers(cast, found) == ({"petra", "paul"} if fits else set())


def test_a_certificate_that_has_run_out_counts_no_more(cast: Cast, camden: Partner, now: datetime) -> None:
    found = notice(cast, now)
    found.certifications.set(named(Certification, "Repair"))
    camden.certificates.update(expires_date=TODAY - timedelta(days=1))
    assert readers(cast, found) == set()


def test_a_notice_for_one_partner_is_for_its_people_alone(cast: Cast, camden: Partner, now: datetime) -> None:
    assert readers(cast, notice(cast, now, for_partner=camden)) == {"petra", "paul"}


@pytest.mark.parametrize(("starts", "ends"), list(product((-1, 0, 1), (None, -1, 0, 1))))
def test_it_is_read_from_its_first_to_its_last_day(
    cast: Cast, camden: Partner, now: datetime, starts: int, ends: int | None
) -> None:
    first, last = TODAY + timedelta(days=starts), None if ends is None else TODAY + timedelta(days=ends)
    if last is not None and last < first:
        with pytest.raises(IntegrityError), transaction.atomic():
            notice(cast, now, starts_date=first, ends_date=last)
        return
    found = notice(cast, now, starts_date=first, ends_date=last)
    assert bool(readers(cast, found)) == (starts <= 0 and (ends is None or ends >= 0))


def test_the_brand_owner_reads_all_and_who_belongs_to_no_partner_none(
    cast: Cast, camden: Partner, now: datetime
) -> None:
    notice(cast, now, starts_date=TODAY + timedelta(days=9))
    assert scope(cast.claire, Notice).count() == 1
    notice(cast, now)
    cast.petra.memberships.get().end(on_date=TODAY)
    assert not scope(cast.petra, Notice).exists()
