"""A world to walk every address of the site in: of each kind of object one of Camden's and one of its rival's.

Every text of a partner's own is marked, so that a page, a header or a file that lets it out is found whatever it is
about: texts of rows that lead to Camden by their keys read `CAMDENS-…`, those of rows that lead to Borough `RIVALS-…`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from django.apps import apps
from django.db.models import CharField, EmailField, Field, ForeignKey, Model, SlugField, TextField
from django.utils import timezone
from tests.cast import NOW, SINCE, Cast, build_cast, member
from tests.channel import made
from tests.papers import a_pdf
from tests.partnership import DANUBE_VAT_ID, SOIMUL_CUI, confirmed, enlisted
from tests.workspace import build_workspace

from tradewind.crm.access.models import AccessGroup, AccessRight
from tradewind.crm.care.models import Ticket
from tradewind.crm.channel.certificates import ask
from tradewind.crm.channel.messages import EVENT, recipient
from tradewind.crm.channel.models import (
    CampaignMaterial,
    Certification,
    Holder,
    Notice,
    Partner,
    PartnerCampaign,
    PartnerImport,
    Status,
    StoreEntry,
)
from tradewind.crm.channel.rules import Measure
from tradewind.crm.decisions.models import DecidedOffer, Decision, Publication
from tradewind.crm.files.models import StoredFile
from tradewind.crm.identity.models import Role, User
from tradewind.crm.interactions import operations as interactions
from tradewind.crm.marketing.models import Offer
from tradewind.crm.orders.models import Order
from tradewind.crm.parties.models import (
    Customer,
    EndCustomer,
    Kind,
    Organisation,
    Person,
    Segment,
    Supply,
    Territory,
    TerritoryHolder,
)
from tradewind.crm.parties.operations import enrol
from tradewind.crm.sales.models import Lead, Opportunity
from tradewind.crm.toolkit.models import Channel

THINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "lead": ("pk",),
    "opportunity": ("pk",),
    "order": ("pk",),
    "ticket": ("pk",),
    "customer": ("number",),
    "colleague": ("pk",),
    "partner": ("uuid",),
    "goal": ("uuid", "pk"),
    "contract": ("uuid", "pk"),
    "document": ("uuid",),
    "certificate": ("uuid", "pk"),
    "authorisation": ("uuid", "pk"),
    "registration": ("uuid",),
    "import": ("uuid",),
    "mailing": ("pk",),
    "material": ("code",),
    "message": ("pk",),
    "notice": ("pk",),
    "supply": ("uuid", "pk"),
    "territory": ("code",),
    "territory-holder": ("code", "pk"),
    "offer": ("code",),
    "campaign": ("code",),
    "publication": ("number",),
    "placement": ("name",),
    "conversation": ("uuid",),
    "rule": ("code",),
    "right": ("pk",),
    "group": ("code",),
    "member": ("code", "pk"),
}
"""What addresses are about, and the parts of an address that name one."""

ABSENT: Final = {"pk": 999_999, "number": 999_999, "uuid": "00000000-0000-4000-8000-000000000000"}
"""What no object is called by; of parts that are not here, "nothing"."""
SHORTEST: Final = 16
"""Characters that a column must hold so that its text can be marked."""
CAMDENS, RIVALS = "CAMDENS", "RIVALS"
AS_THEY_ARE: Final = {"password", "document", "token_digest", "digest", "event"}
"""Columns whose words mean something to the code."""
WORKED: Final[tuple[type[Model], ...]] = (Lead, Opportunity, Order, Ticket)
VAT_IDS: Final = (SOIMUL_CUI, DANUBE_VAT_ID)

type Parts = tuple[object, ...]
type Key = tuple[type[Model], Any]


@dataclass(frozen=True, slots=True)
class Crawled:
    cast: Cast
    rita: User
    """Partner employee at the rival."""
    of_camden: Mapping[str, Parts]
    of_rival: Mapping[str, Parts]

    def people(self) -> Mapping[str, User]:
        return self.cast.everybody() | {"rita": self.rita}

    def own(self, user: User, thing: str) -> Parts:
        """The object that belongs to this person's side; the brand owner's people take Camden's."""
        return self.of_rival[thing] if user in {self.cast.rex, self.rita} else self.of_camden[thing]

    def foreign(self, user: User, thing: str) -> Parts:
        return self.of_camden[thing] if user in {self.cast.rex, self.rita} else self.of_rival[thing]


def absent(thing: str) -> Parts:
    """The parts of an object that is not there."""
    return tuple(ABSENT.get(part, "nothing") for part in THINGS[thing])


def build_crawled() -> Crawled:
    cast = build_cast()
    rita = member("Rita Vance", Role.PARTNER_EMPLOYEE, cast.borough, actor=cast.adam)
    shared = shared_things(cast)
    camdens = partners_things(cast, cast.camden, cast.petra, cast.paul, 1)
    rivals = partners_things(cast, cast.borough, cast.rex, rita, 2)
    mark_everything({CAMDENS: (cast.camden, cast.petra, cast.paul), RIVALS: (cast.borough, cast.rex, rita)})
    return Crawled(cast, rita, shared | camdens, shared | rivals)


def shared_things(cast: Cast) -> dict[str, Parts]:
    """What belongs to the brand owner."""
    space, now = build_workspace(cast), timezone.now()
    offer = space.released("O-1", now=NOW)
    publication = Publication.objects.create(
        number=1, document={"number": 1}, digest="d", offers_count=1, published_at=NOW, published_by=cast.hannah
    )
    publication.offers.create(offer=offer, version=1, digest="d")
    uploaded = PartnerImport.objects.create(
        file_name="partners.csv", content=b"name\n", uploaded_at=NOW, uploaded_by=cast.claire
    )
    held = interactions.start(customer=cast.maya, actor=cast.daniel, now=now)
    group = AccessGroup.objects.create(code="night", name="Night shift")
    belongs = group.add(cast.ines, actor=cast.adam, now=NOW)
    right = AccessRight.objects.filter(role=Role.FINANCE).earliest("pk")
    return {
        "material": (winter_material().code,),
        "import": (uploaded.uuid,),
        "offer": (offer.code,),
        "campaign": (space.campaign.code,),
        "publication": (1,),
        "placement": (space.desk.name,),
        "conversation": (held.uuid,),
        "rule": (right.rule.code,),
        "right": (right.pk,),
        "group": (group.code,),
        "member": (group.code, belongs.pk),
    }


def partners_things(cast: Cast, company: Organisation, manager: User, employee: User, number: int) -> dict[str, Parts]:
    """One of everything that a partner has: made by its manager, assigned to its employee."""
    partner = enlisted(company, actor=cast.claire, now=NOW)
    partner.become(Status.APPROVED, actor=cast.claire, now=NOW)
    partner.become(Status.ONBOARDING, actor=cast.claire, now=NOW)
    StoreEntry.objects.create(partner=partner, street=f"Long Street {number}", postcode="NW1 7AB", city="London")
    waiting = confirmed(
        now=NOW, company=f"Waiting {number}", vat_id=VAT_IDS[number - 1], contact_email=f"ana-{number}@w.example"
    )
    served = serve(cast, company, number)
    found: dict[str, Parts] = {
        "customer": (served.number,),
        "colleague": (employee.pk,),
        "partner": (partner.uuid,),
        "registration": (waiting.uuid,),
        "supply": (partner.uuid, supply_of(company, number).pk),
        **territory_of(company, number),
        "mailing": (mailing_of(company, manager).pk,),
        **signed_with(partner, cast.claire, number),
        "message": (message_for(company).pk,),
        "notice": (told_to(partner, cast.claire, number).pk,),
        **{name: (partner.uuid, row.pk) for name, row in programme_of(partner, employee, cast.claire).items()},
    }
    for model in WORKED:
        found[str(model._meta.model_name)] = (work(model, company, manager, employee, served, number).pk,)
        work(model, company, manager, None, served, number + 50)
    return found


def supply_of(company: Organisation, number: int) -> Supply:
    reseller = Organisation.objects.create(name=f"Reseller {number}", kind=Kind.PARTNER)
    return Supply.objects.create(supplier=company, buyer=reseller, since_date=SINCE)


def territory_of(company: Organisation, number: int) -> dict[str, Parts]:
    territory = Territory.objects.create(code=f"north-{number}", name=f"North {number}")
    held = TerritoryHolder.objects.create(organisation=company, territory=territory, since_date=SINCE)
    return {"territory": (territory.code,), "territory-holder": (territory.code, held.pk)}


def signed_with(partner: Partner, actor: User, number: int) -> dict[str, Parts]:
    contract = partner.contracts.create(number=f"K-{number}", title="Contract", signed_date=SINCE, starts_date=SINCE)
    paper = contract.file_in(a_pdf(f"contract-{number}.pdf"), note="As signed", actor=actor, now=NOW)
    return {"contract": (partner.uuid, contract.pk), "document": (paper.file.uuid,)}


def winter_material() -> CampaignMaterial:
    found, _created = CampaignMaterial.objects.get_or_create(
        code="winter", defaults={"name": "Winter check", "subject": "A check", "body": "Come."}
    )
    return found


def told_to(partner: Partner, actor: User, number: int) -> Notice:
    """A notice for this partner alone, with a document."""
    paper = StoredFile.objects.keep(a_pdf(f"prices-{number}.pdf"), actor=actor, now=NOW)
    return Notice.objects.create(
        title=f"Prices {number}",
        body="As agreed.",
        starts_date=SINCE,
        for_partner=partner,
        file=paper,
        written_by=actor,
        written_at=NOW,
    )


def mailing_of(company: Organisation, manager: User) -> PartnerCampaign:
    """A campaign of the partner's own that is not sent yet."""
    return PartnerCampaign.objects.create(
        partner=company, material=winter_material(), own_words="From all of us.", created_by=manager, created_at=NOW
    )


def message_for(company: Organisation) -> DecidedOffer:
    """What was placed on the home of the partner's people."""
    decision = Decision.objects.create(
        customer=recipient(company, now=NOW),
        event=EVENT,
        session=f"home-of-{company.pk}",
        channel=Channel.WEB,
        language="en",
        mode=Decision.Mode.FALLBACK,
        asked_at=NOW,
        elapsed_ms=1.0,
    )
    return decision.offers.create(
        rank=1, offer=Offer.objects.get(code="O-1"), treatment="t", title="Training", value=1.0, fallback=True
    )


def work(  # noqa: PLR0917
    model: type[Model], company: Organisation, manager: User, employee: User | None, customer: Customer, number: int
) -> Model:
    """Something that a partner works on, made by its manager."""
    more = {"customer": customer} if model in {Order, Ticket} else {}
    return made(model, f"thing {number}", number, partner=company, by=manager, of=company, to=employee, **more)


def programme_of(partner: Partner, employee: User, actor: User) -> dict[str, Model]:
    """A goal, a certificate that is asked for, and what the partner may sell."""
    course, _created = Certification.objects.get_or_create(
        code="sales", defaults={"name": "Sales", "holder": Holder.PERSON}
    )
    return {
        "goal": partner.goals.create(
            measure=Measure.ORDERS, since_date=SINCE, until_date=SINCE.replace(month=12), target=100
        ),
        "certificate": ask(partner=partner, certification=course, person=employee, actor=actor, now=NOW),
        "authorisation": partner.authorisations.create(family="Larkfield 14", since_date=SINCE, given_by=actor),
    }


def serve(cast: Cast, company: Organisation, number: int) -> Customer:
    customer = enrol(
        party=Person(first_name="Customer", last_name=f"Number {number}", city="London"),
        since_date=SINCE,
        segment=Segment.HOME,
        actor=cast.adam,
        now=NOW,
    )
    EndCustomer.objects.create(partner=company, customer=customer, since_date=SINCE)
    return customer


def more_of_the_rivals(world: Crawled) -> None:
    """The rival grows: what others see may not change by it, neither a row, nor a count, nor a suggestion."""
    cast = world.cast
    for number in (11, 12, 13):
        served = serve(cast, cast.borough, number)
        for model in WORKED:
            work(model, cast.borough, cast.rex, world.rita, served, number)
            work(model, cast.borough, cast.rex, None, served, number + 50)
    member("Rolf Vance", Role.PARTNER_EMPLOYEE, cast.borough, actor=cast.adam)


# --- Marks


def mark_everything(sides: Mapping[str, tuple[Model, ...]]) -> None:
    """Write a mark of its side into every text of every row that leads to one side only; what is empty stays so."""
    numbers = count(1)
    for (model, pk), belongs in reached(sides).items():
        if len(belongs) == 1:
            (side,) = belongs
            row = model._base_manager.get(pk=pk)
            written = (field.name for field in markable(model) if getattr(row, field.name))
            texts = {name: f"{side}-{next(numbers):04d}" for name in written}
            if texts:
                model._base_manager.filter(pk=pk).update(**texts)


def reached(sides: Mapping[str, tuple[Model, ...]]) -> dict[Key, set[str]]:
    """Which sides each row leads to by its keys, over any number of rows, and what both parties serve."""
    found: dict[Key, set[str]] = {(type(row), row.pk): {side} for side, rows in sides.items() for row in rows}
    for served in EndCustomer.objects.select_related("customer"):
        side = found.get((Organisation, served.partner_id), set())
        found.setdefault((Customer, served.customer_id), set()).update(side)
        found.setdefault((Person, served.customer.person_id), set()).update(side)
    before = -1
    while before != (before := sum(map(len, found.values()))):
        for model in ours():
            for row in model._base_manager.all():
                for target, pk in keys_of(row):
                    side = found.get((target, pk), set())
                    if side:
                        found.setdefault((model, row.pk), set()).update(side)
    return found


def ours() -> Iterator[type[Model]]:
    return (
        m for m in apps.get_models() if m.__module__.startswith("tradewind.") and "historical" not in m.__name__.lower()
    )


def keys_of(row: Model) -> Iterator[Key]:
    for field in row._meta.concrete_fields:
        if isinstance(field, ForeignKey) and isinstance(field.related_model, type):
            pk = getattr(row, field.attname)
            if pk is not None:
                yield field.related_model, pk


def markable(model: type[Model]) -> Iterator[Field[Any, Any]]:
    """The columns of a model that hold words."""
    for field in model._meta.concrete_fields:
        is_word = isinstance(field, CharField | TextField) and not isinstance(field, EmailField | SlugField)
        free = not (field.choices or field.unique or field.primary_key or not field.editable)
        roomy = field.max_length is None or field.max_length >= SHORTEST
        if is_word and free and roomy and field.name not in AS_THEY_ARE:
            yield field
