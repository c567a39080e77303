"""What Larkfield has agreed with its partners: tiers, certificates, product families, contracts, goals."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from tradewind.crm.channel.certificates import ask
from tradewind.crm.channel.models import Certification, Holder, Notice, Partner, Programme, Status, Tier
from tradewind.crm.channel.rules import Measure
from tradewind.crm.files.models import StoredFile
from tradewind.crm.identity.models import User
from tradewind.demo.machines import FAMILIES

TIERS: Final = {
    "sell": (
        ("Bronze", "Bronz", {Measure.ORDERS: 1}),
        ("Silver", "Argint", {Measure.SALES: 2_000_000, Measure.CERTIFIED_PEOPLE: 1}),
        ("Gold", "Aur", {Measure.SALES: 10_000_000, Measure.CERTIFIED_PEOPLE: 3, Measure.LEADS_WON: 5}),
    ),
    "serve": (
        ("Workshop", "Atelier", {Measure.CERTIFIED_PEOPLE: 1}),
        ("Service centre", "Centru de service", {Measure.CERTIFIED_PEOPLE: 3, Measure.CERTIFICATES: 1}),
    ),
}
CERTIFICATIONS: Final = (
    ("laptop-repair-1", "Laptop repair, level 1", "Calculatoare portabile, nivel 1", Holder.PERSON, 24),
    ("laptop-repair-2", "Laptop repair, level 2", "Calculatoare portabile, nivel 2", Holder.PERSON, 12),
    ("sales-advisor", "Sales advisor", "Consilier de vânzări", Holder.PERSON, 24),
    ("recycling", "Take-back and recycling", "Preluare și reciclare", Holder.COMPANY, 36),
)


def load(*, claire: User, now: datetime) -> None:
    """Tiers and kinds of certificates; then what stands with each partner that works."""
    for code, tiers in TIERS.items():
        programme = Programme.objects.get(code=code)
        for rank, (name, name_ro, criteria) in enumerate(tiers, start=1):
            tier = Tier.objects.create(programme=programme, rank=rank, name=name, name_ro=name_ro)
            for measure, at_least in criteria.items():
                tier.criteria.create(measure=measure, at_least=at_least)
    for code, name, name_ro, holder, months in CERTIFICATIONS:
        Certification.objects.create(code=code, name=name, name_ro=name_ro, holder=holder, valid_months=months)
    _tell(claire, now=now)
    working = Partner.objects.in_status(Status.ACTIVE, Status.SUSPENDED).order_by("pk")
    for place, partner in enumerate(working):
        _agree(partner, place, claire=claire, now=now)
        _certify(partner, place, claire=claire, now=now)


def _tell(claire: User, *, now: datetime) -> None:
    """A notice for everybody with a document, and one for those who have come as far as bronze."""
    today = timezone.localdate(now)
    paper = StoredFile.objects.keep(_page("Prices 2027", "prices-2027.pdf"), actor=claire, now=now)
    Notice.objects.create(
        title="Prices for 2027",
        title_ro="Prețurile pentru 2027",
        body="The new list counts for orders from 1 January. Machines that are ordered before keep their price.",
        body_ro="Lista nouă contează de la 1 ianuarie. Ce se comandă până atunci rămâne la prețul vechi.",
        starts_date=today - timedelta(days=6),
        file=paper,
        written_by=claire,
        written_at=now,
    )
    early = Notice.objects.create(
        title="See the spring machines first",
        title_ro="Vedeți primii modelele de primăvară",
        body="Partners from bronze on are invited to Reading on 21 January.",
        body_ro="Partenerii de la nivelul bronz în sus sunt invitați la Reading pe 21 ianuarie.",
        starts_date=today - timedelta(days=2),
        written_by=claire,
        written_at=now,
    )
    early.tiers.set(Tier.objects.filter(programme__code="sell", rank=1))


def _agree(partner: Partner, place: int, *, claire: User, now: datetime) -> None:
    """A contract, product families and the goals of this year; one contract ends soon."""
    today = timezone.localdate(now)
    starts = date(today.year, 1, 1)
    ends = today + timedelta(days=18) if place == 1 else date(today.year + 1, 12, 31)
    contract = partner.contracts.create(
        number=f"K-{today.year}-{100 + place}",
        title="Partner contract",
        signed_date=starts,
        starts_date=starts,
        ends_date=ends,
    )
    contract.file_in(
        _page(f"Partner contract {contract.number}", f"{contract.number}.pdf"),
        note="As signed",
        actor=claire,
        now=now - timedelta(days=50),
    )
    for family in sorted(set(FAMILIES.values()))[: 2 + place % 2]:
        partner.authorisations.create(family=family, since_date=starts, given_by=claire)
    year_end = date(today.year, 12, 31)
    partner.goals.create(
        measure=Measure.SALES, target=5_000_000 + 1_000_000 * place, since_date=starts, until_date=year_end
    )
    partner.goals.create(measure=Measure.LEADS_WON, target=4 + place, since_date=starts, until_date=year_end)


def _page(title: str, name: str) -> SimpleUploadedFile:
    """A page that says what it is."""
    sheet = Image.new("L", (1240, 1754), "white")
    ImageDraw.Draw(sheet).text((120, 160), title, fill="black", font_size=56)
    held = BytesIO()
    sheet.save(held, "PDF", resolution=150)
    return SimpleUploadedFile(name, held.getvalue(), "application/pdf")


def _certify(partner: Partner, place: int, *, claire: User, now: datetime) -> None:
    """Everybody is certified for one thing; one certificate runs out soon, one is asked for."""
    today = timezone.localdate(now)
    kinds = Certification.objects.filter(holder=Holder.PERSON).order_by("code")
    people = User.objects.filter(memberships__organisation=partner.organisation, memberships__until_date=None)
    for person in people.order_by("pk"):
        kind = kinds[place % len(kinds)]
        certificate = ask(partner=partner, certification=kind, person=person, actor=person, now=now)
        months = 30 * kind.valid_months
        starts = today - timedelta(days=months - 10) if place == 0 else today - timedelta(days=90)
        certificate.grant(starts_date=starts, actor=claire, now=now)
    if place == 2:
        kind = Certification.objects.get(holder=Holder.COMPANY)
        ask(partner=partner, certification=kind, person=None, actor=claire, now=now)
