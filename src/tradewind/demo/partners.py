"""Larkfield's partners: some in every status, and companies that ask to become one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tradewind.crm.channel import operations
from tradewind.crm.channel.invitations import join
from tradewind.crm.channel.models import Partner, PartnerType, Programme, Registration, Status, Step
from tradewind.crm.channel.registrations import approve, confirm, register_company, reject
from tradewind.crm.identity.models import Language, User
from tradewind.crm.parties.models import Organisation
from tradewind.demo import agreements, territories

SITE: Final = "http://127.0.0.1:8000"
"""Where the demo answers unless it was told another port; the letters of the made-up past lead there."""

CHANNEL_MANAGER: Final = "claire@larkfield.example"
PASSWORD: Final = "tradewind-demo"  # noqa: S105 - written on the demo's sign-in page
TYPES: Final = {
    "reseller": ("Reseller", "Revânzător"),
    "distributor": ("Distributor", "Distribuitor"),
    "service": ("Service partner", "Partener de service"),
}
PROGRAMMES: Final = {"sell": ("Sell with us", "Vindem împreună"), "serve": ("Serve with us", "Deservim împreună")}


@dataclass(frozen=True, slots=True)
class Company:
    """A company on its way: how far it has come, and how many days ago it registered or was written down."""

    name: str
    vat_id: str
    city: str
    postcode: str
    domain: str
    contact: str
    type: str
    days_ago: int
    reached: str
    done: int = 0
    language: str = Language.ENGLISH
    areas: str = ""
    certificates: str = ""


CAST: Final = {
    "Camden Computers": ("GB711000028", "camden.example", "reseller", "sell"),
    "Borough Laptops": ("GB717111120", "borough.example", "reseller", "sell"),
}
COMPANIES: Final = (
    Company("Thames Valley Distribution Ltd", "GB723222223", "Reading", "RG1 2AG", "thamesvalley.example",
            "Oliver Grant", "distributor", 55, Status.ACTIVE, len(Step), areas="RG, SL, OX"),
    Company("Șoimul Computers SRL", "RO41000008", "Iași", "700001", "soimul.example",
            "Ana Munteanu", "reseller", 48, Status.ACTIVE, len(Step), Language.ROMANIAN, areas="70, 71"),
    Company("Carpați IT Service SRL", "RO41079193", "Brașov", "500007", "carpati.example",
            "Radu Stoica", "service", 44, Status.SUSPENDED, len(Step), Language.ROMANIAN, areas="50"),
    Company("Greenwich Laptop Hospital", "GB729333328", "London", "SE10 9HT", "laptophospital.example",
            "Nadia Rahman", "service", 52, Status.ENDED, len(Step), areas="SE3, SE10"),
    Company("Islington Office Machines Ltd", "GB735444431", "London", "N1 2XD", "islingtonoffice.example",
            "Colm Byrne", "reseller", 40, Status.ONBOARDING, 2, areas="N1, N5"),
    Company("Dunărea Digital SRL", "RO41158386", "Galați", "800001", "dunarea.example",
            "Ioana Pârvu", "reseller", 9, Status.ONBOARDING, 4, Language.ROMANIAN, areas="80"),
    Company("Hackney Refurb Cooperative", "GB741555534", "London", "E8 1DY", "hackneyrefurb.example",
            "Ayo Bankole", "service", 4, Status.APPROVED, areas="E8, E9", certificates="Laptop repair, level 2"),
)  # fmt: skip
RECRUITED: Final = (
    ("Brixton Business Machines", "London", "SW9 8HE", 21),
    ("Transilvania Notebook", "Cluj-Napoca", "400001", 6),
)
ASKING: Final = (
    Company("Brixton Business Machines Ltd", "GB747666626", "London", "SW9 8HE", "brixtonbm.example",
            "Marcus Lee", "reseller", 2, "waiting", areas="SW2, SW9"),
    Company("Mureș Laptop SRL", "RO41237579", "Târgu Mureș", "540001", "mureslaptop.example",
            "Kinga Nagy", "reseller", 8, "waiting", 0, Language.ROMANIAN, "54", "Calculatoare portabile, nivel 1"),
    Company("Cash for Keyboards", "GB753777729", "Luton", "LU1 3LU", "cashforkeyboards.example",
            "Sid Fowler", "reseller", 15, "rejected"),
    Company("Dobrogea Systems SRL", "RO41316761", "Constanța", "900001", "dobrogea.example",
            "Emil Vasile", "distributor", 1, "unconfirmed", 0, Language.ROMANIAN),
)  # fmt: skip


def load(*, now: datetime) -> None:
    """Bring every company as far as it has come, by the doors that people use."""
    claire = User.objects.get(email=CHANNEL_MANAGER)
    types = {code: PartnerType.objects.create(code=code, name=en, name_ro=ro) for code, (en, ro) in TYPES.items()}
    programmes = {
        code: Programme.objects.create(code=code, name=en, name_ro=ro) for code, (en, ro) in PROGRAMMES.items()
    }
    for name, (vat_id, domain, kind, programme) in CAST.items():
        partner = Partner(
            organisation=Organisation.objects.get(name=name),
            vat_id=vat_id,
            email_domain=domain,
            website=f"https://{domain}",
            type=types[kind],
            programme=programmes[programme],
            looked_after_by=claire,
        )
        _bring_in(operations.enlist(partner, actor=claire, now=now - timedelta(days=59)), actor=claire, now=now)
    for company in COMPANIES:
        _go_through(
            company, types[company.type], programmes["serve" if company.type == "service" else "sell"], claire, now
        )
    for name, city, postcode, days_ago in RECRUITED:
        organisation = Organisation(name=name, city=city, postcode=postcode)
        partner = Partner(organisation=organisation, type=types["reseller"], looked_after_by=claire)
        operations.enlist(partner, actor=claire, now=now - timedelta(days=days_ago))
    for company in ASKING:
        _ask(company, types[company.type], claire, now)
    agreements.load(claire=claire, now=now)
    territories.load(claire=claire, now=now)


def _bring_in(partner: Partner, *, actor: User, now: datetime) -> None:
    """A partner whose people were there before the portal."""
    begun = now - timedelta(days=58)
    for status in (Status.APPROVED, Status.ONBOARDING):
        partner.become(status, actor=actor, now=begun)
    for step in partner.steps.all():
        step.tick(actor=actor, now=begun)
    partner.become(Status.ACTIVE, actor=actor, now=begun)


def _go_through(company: Company, kind: PartnerType, programme: Programme, claire: User, now: datetime) -> None:
    came = now - timedelta(days=company.days_ago)
    registration = _registered(company, kind, came)
    confirm(registration, now=came + timedelta(hours=2))
    partner = approve(registration, into=None, actor=claire, now=came + timedelta(days=1), link=_joining)
    partner.programme = programme
    partner.save(update_fields=["programme"])
    if company.reached == Status.APPROVED:
        return
    joined = came + timedelta(days=2)
    join(partner.invitations.get(), password=PASSWORD, now=joined)
    for day, step in enumerate(partner.steps.filter(done_at=None)[: company.done]):
        step.tick(actor=claire, now=joined + timedelta(days=day))
    if company.reached == Status.ONBOARDING:
        return
    begun = joined + timedelta(days=len(Step))
    partner.become(Status.ACTIVE, actor=claire, now=begun)
    if company.reached == Status.SUSPENDED:
        why = "Two invoices are unpaid since the end of last month."
        partner.become(Status.SUSPENDED, actor=claire, now=now - timedelta(days=5), why=why)
    elif company.reached == Status.ENDED:
        why = "The owner has closed the workshop."
        operations.end(partner, actor=claire, now=now - timedelta(days=12), why=why)


def _ask(company: Company, kind: PartnerType, claire: User, now: datetime) -> None:
    came = now - timedelta(days=company.days_ago)
    registration = _registered(company, kind, came)
    if company.reached == "unconfirmed":
        return
    confirm(registration, now=came + timedelta(hours=1))
    if company.reached == "rejected":
        reason = "We work with companies that have a place where customers can bring a machine."
        reject(registration, reason=reason, actor=claire, now=came + timedelta(days=2))


def _registered(company: Company, kind: PartnerType, came: datetime) -> Registration:
    first = company.contact.split(maxsplit=1)[0].lower()
    registration = Registration(
        company=company.name,
        vat_id=company.vat_id,
        city=company.city,
        postcode=company.postcode,
        website=f"https://{company.domain}",
        wanted_type=kind,
        areas=company.areas,
        certificates=company.certificates,
        contact_name=company.contact,
        contact_email=f"{first}@{company.domain}",
        language=company.language,
    )
    register_company(registration, now=came, link=_confirming)
    return registration


def _confirming(token: str) -> str:
    return f"{SITE}/become-a-partner/{token}/"


def _joining(token: str) -> str:
    return f"{SITE}/invitations/{token}/"
