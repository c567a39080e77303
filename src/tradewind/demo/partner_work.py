"""What the partners of the cast work on: end customers, leads, opportunities, orders and tickets of the last weeks."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tradewind.crm.care.models import Ticket
from tradewind.crm.channel.campaigns import send
from tradewind.crm.channel.models import CampaignMaterial, LetterState, PartnerCampaign
from tradewind.crm.identity.models import Role, User
from tradewind.crm.orders.models import Order, OrderKind
from tradewind.crm.parties.models import Channel, Customer, EndCustomer, Organisation, Purpose
from tradewind.crm.sales.models import Lead, Opportunity, Worked
from tradewind.demo import cast

SEED: Final = 1850
SHARED: Final = 40
"""End customers of each partner of the cast."""
AGREED: Final = 24
"""Of the partner's customers, to letters by e-mail."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A lead: who may buy what, what it is worth in pounds, how long ago it came, and how far it is."""

    company: str
    contact: str
    postcode: str
    worth: int
    days_ago: int
    steps: tuple[str, ...] = ()
    with_employee: bool = False


DISPATCHED: Final = "dispatched"
LEADS: Final = {
    cast.PARTNER: (
        Sought("Finsbury Park Primary School", "Grace Adeyemi", "N4 2NF", 10_788, 1, (DISPATCHED,)),
        Sought("Marlow & Tan Architects", "Wei Tan", "N7 8JE", 5_697, 1, (DISPATCHED,)),
        Sought("Adeyemi Accountants", "Chidi Adeyemi", "N19 5QT", 899, 2, (DISPATCHED,), with_employee=True),
        Sought("Archway Dental Practice", "Priya Kaur", "N19 3TU", 5_394, 6, (DISPATCHED, "accept", "begin"), True),
        Sought("Crouch End Festival Chorus", "Emily Norris", "N8 8PL", 1_798, 8, (DISPATCHED, "accept", "begin"), True),
        Sought("Highbury Fields Nursery", "Zofia Kowalska", "N5 1AR", 3_596, 15, (DISPATCHED, "accept", "begin")),
        Sought("Caledonian Road Cycles", "Jakub Novak", "N1 1BB", 1_899, 20, (DISPATCHED, "accept", "lose"), True),
        Sought("Kentish Town Library", "Martha Hughes", "NW5 2BX", 7_192, 3, (DISPATCHED, "accept")),
        Sought("Chalk Farm Studio", "Leo Quinn", "NW1 8AP", 2_697, 11, (DISPATCHED, "decline")),
    ),
    cast.RIVAL: (
        Sought("Bermondsey Print Works", "Nadia Hussain", "SE1 3QJ", 6_293, 1, (DISPATCHED,)),
        Sought("Borough Market Bakers", "Frank Ellis", "SE1 9AL", 1_798, 5, (DISPATCHED, "accept", "begin")),
    ),
}
FOUND_BY_PARTNER: Final = ("Primrose Hill Bookshop", "Louise Bellamy", "NW1 8JR", 2_247)
TICKETS: Final = (
    ("The screen flickers after an hour", 1, ""),
    ("Battery swells under the keyboard", 4, "wait"),
    ("Spare hinge for the 13-inch machine is missing", 9, "solve"),
)


MATERIAL: Final = {
    "code": "winter-check",
    "name": "A winter check for every laptop",
    "name_ro": "Verificare de iarnă pentru orice laptop",
    "subject": "A free check of your laptop at {{ company }}",
    "subject_ro": "Verificare gratuită a laptopului la {{ company }}",
    "body": "Dear {{ first_name }},\n\nbring your Larkfield laptop to {{ company }} until the end of January: we look "
    "at the battery, the fan and the hinge, and it costs you nothing.\n\nLarkfield and {{ company }}",
    "body_ro": "Bună ziua, {{ first_name }},\n\naduceți laptopul Larkfield la {{ company }} până la sfârșitul "
    "lui ianuarie: verificăm bateria, ventilatorul și balamaua, fără niciun cost.\n\nLarkfield și {{ company }}",
}


def load(*, now: datetime) -> None:
    """Everything that was written down, by the verbs that people use."""
    draw = random.Random(SEED)  # noqa: S311 - made-up records, nothing secret
    claire, petra, paul = (
        cast.member(f"{name}.example") for name in ("claire@larkfield", "petra@camden", "paul@camden")
    )
    rex = cast.member("rex@borough.example")
    sorin = cast.member("sorin@camden.example").memberships.get()
    sorin.give(Role.PARTNER_EMPLOYEE, sells=True, actor=petra, now=now - timedelta(days=50))
    customers = _share(draw, now)
    for name, sought in LEADS.items():
        partner = Organisation.objects.get(name=name)
        manager, employee = (petra, paul) if name == cast.PARTNER else (rex, rex)
        for one in sought:
            _lead(one, partner, claire=claire, manager=manager, employee=employee, now=now)
    camden = petra.memberships.get().organisation
    for customer in customers[cast.PARTNER][:AGREED]:
        long_ago = now - timedelta(days=30)
        customer.record_consent(Purpose.MARKETING, Channel.EMAIL, given=True, actor=None, now=long_ago)
    _campaigns(CampaignMaterial.objects.create(**MATERIAL), camden, petra, now)
    company, contact, postcode, worth = FOUND_BY_PARTNER
    found = Lead(company=company, contact_name=contact, postcode=postcode, value_minor=worth * 100)
    found.bring_in(company=camden, actor=paul, now=now - timedelta(days=2, hours=3))
    _opportunity(camden, petra, paul, now)
    _orders(camden, customers[cast.PARTNER], petra=petra, paul=paul, draw=draw, now=now)
    for (subject, days_ago, step), customer in zip(TICKETS, customers[cast.PARTNER], strict=False):
        at = now - timedelta(days=days_ago)
        ticket = Ticket(subject=subject, customer=customer).bring_in(company=camden, actor=paul, now=at)
        if step:
            ticket.move(step, actor=paul, now=at + timedelta(hours=5))
    rivals = Ticket(subject="Two of ten machines arrived without chargers").bring_in(
        company=rex.memberships.get().organisation, actor=rex, now=now - timedelta(days=3)
    )
    rivals.say("The customer opens on Monday. Can the chargers come by then?", actor=rex, now=now - timedelta(days=2))
    library = Lead.objects.get(company="Kentish Town Library")
    library.say(
        "They ask for a quote for twelve. May we grant five per cent?", actor=petra, now=now - timedelta(hours=20)
    )


def _share(draw: random.Random, now: datetime) -> dict[str, list[Customer]]:
    """End customers whom the brand owner and a partner both know."""
    everybody = list(Customer.objects.with_party().order_by("pk")[: SHARED * 10])
    chosen = draw.sample(everybody, SHARED * 2)
    shared = {cast.PARTNER: chosen[:SHARED], cast.RIVAL: chosen[SHARED:]}
    for name, customers in shared.items():
        partner = Organisation.objects.get(name=name)
        EndCustomer.objects.bulk_create(
            EndCustomer(partner=partner, customer=customer, since_date=(now - timedelta(days=45)).date())
            for customer in customers
        )
    return shared


def _lead(one: Sought, partner: Organisation, *, claire: User, manager: User, employee: User, now: datetime) -> None:
    """The brand owner finds it and hands it to the partner; the partner goes as far as it has come."""
    at = now - timedelta(days=one.days_ago, hours=2)
    lead = Lead(
        company=one.company,
        contact_name=one.contact,
        postcode=one.postcode,
        value_minor=one.worth * 100,
        partner=partner,
        status=DISPATCHED,
        created_by=claire,
        created_by_company=claire.memberships.get().organisation,
        created_at=at,
    )
    lead.save()
    lead.note("created", actor=claire, now=at)
    if one.with_employee:
        lead.assign(employee, actor=manager, now=at + timedelta(minutes=40))
    for number, step in enumerate(one.steps[1:], start=1):
        lead.move(step, actor=employee if one.with_employee else manager, now=at + timedelta(hours=number))
    if len(one.steps) > 2:
        lead.say("They would like to see the machine before they decide.", actor=employee, now=at + timedelta(hours=5))
        lead.say("A demonstration machine is on its way to you.", actor=claire, now=at + timedelta(hours=9))


def _campaigns(material: CampaignMaterial, camden: Organisation, petra: User, now: datetime) -> None:
    """One that was sent last week, with all letters gone but one, and a draft."""
    at = now - timedelta(days=9)
    own = "We have moved to Camden High Street 14 and would like to see you there."
    old = PartnerCampaign.objects.create(
        partner=camden, material=material, own_words=own, created_by=petra, created_at=at
    )
    send(old, actor=petra, now=at)
    for place, letter in enumerate(old.letters.order_by("pk")):
        state, remark = (LetterState.REFUSED, "550 nobody here") if place == 1 else (LetterState.SENT, "")
        letter.become(state, now=at + timedelta(minutes=1), remark=remark)
    PartnerCampaign.objects.create(
        partner=camden, material=material, created_by=petra, created_at=now - timedelta(hours=3)
    )


def _opportunity(camden: Organisation, petra: User, paul: User, now: datetime) -> None:
    lead = Lead.objects.get(company="Highbury Fields Nursery")
    at = now - timedelta(days=12)
    won = Opportunity(lead=lead, title="Four machines for Highbury Fields Nursery", value_minor=lead.value_minor)
    won.expected_date = (now + timedelta(days=9)).date()
    won.bring_in(company=camden, actor=petra, now=at)
    won.assign(paul, actor=petra, now=at + timedelta(minutes=5))
    won.move("quote", actor=paul, now=at + timedelta(days=2))


def _orders(
    camden: Organisation, customers: list[Customer], *, petra: User, paul: User, draw: random.Random, now: datetime
) -> None:
    """For stock, for a customer, and from the showroom."""
    for days_ago, kind, pieces in (
        (18, OrderKind.REPLENISHMENT, 12),
        (7, OrderKind.ON_BEHALF, 1),
        (3, OrderKind.HOSTED, 2),
        (1, OrderKind.HOSTED, 1),
        (1, OrderKind.DROP_SHIPMENT, 3),
    ):
        total = pieces * draw.choice((59_900, 69_900, 89_900))
        order = Order(kind=kind, total_minor=total, cost_minor=round(total * 0.7))
        if kind != OrderKind.REPLENISHMENT:
            order.customer = draw.choice(customers)
        order.bring_in(company=camden, actor=paul, now=now - timedelta(days=days_ago, hours=1))
        if kind == OrderKind.HOSTED and days_ago > 1:
            _step(order, "confirm", petra, now - timedelta(days=days_ago - 1))


def _step(record: Worked, step: str, actor: User, at: datetime) -> None:
    record.move(step, actor=actor, now=at)
