"""What Larkfield tells its partners: where messages appear, what their rules may speak of, and the four of today."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tradewind.crm.channel.messages import EVENT, PLACEMENT
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign, CampaignType, Objective, OfferGroup, Priority, Tactic
from tradewind.crm.toolkit.models import Arbitration, Attribute, Channel, ConditionGroup, EventDeclaration, Placement
from tradewind.demo.campaigns import write
from tradewind.demo.offers.written import ALL, Words, WrittenOffer, WrittenProfile
from tradewind.demo.partners import PROGRAMMES, TYPES
from tradewind.demo.toolkit import Known, group

CAMPAIGN: Final = "channel-2026"
GROUPS: Final = {
    "partner-training": ("Training", "Instruire"),
    "partner-programme": ("Programmes", "Programe"),
    "partner-news": ("Channel news", "Noutăți din canal"),
}
READERS: Final = {"manager": ("Manager", "Manager"), "employee": ("Employee", "Angajat")}
KNOWN: Final = (
    Known("type", Attribute.Type.CATEGORY, "Type", "Tip", values=tuple(TYPES), names=TYPES, predictive=True),
    Known(
        "programme",
        Attribute.Type.CATEGORY,
        "Programme",
        "Program",
        values=tuple(PROGRAMMES),
        names=PROGRAMMES,
        predictive=True,
    ),
    Known("months", Attribute.Type.NUMBER, "Months as a partner", "Luni de parteneriat", 0, 600, predictive=True),
    Known(
        "open_leads", Attribute.Type.NUMBER, "Open leads", "Clienți potențiali deschiși", 0, 100_000, predictive=True
    ),
    Known(
        "reader", Attribute.Type.CATEGORY, "Reader", "Cititor", values=tuple(READERS), names=READERS, predictive=True
    ),
)
MESSAGES: Final = (
    WrittenOffer(
        code="P-201",
        campaign=CAMPAIGN,
        group="partner-training",
        product=None,
        value=30,
        cost=2,
        purpose="message",
        reoffer_after_days=7,
        english=Words(
            title="Repair training, level 2: two days in November",
            body="Batteries, screens and boards of the 14-inch family, with the exam on the second day.",
            pitch="",
        ),
        romanian=Words(
            title="Instruire în reparații, nivelul 2: două zile în noiembrie",
            body="Baterii, ecrane și plăci din familia de 14 inchi, cu examen în a doua zi.",
            pitch="",
        ),
        profiles=(
            WrittenProfile(
                "service-partners",
                "Service partners",
                "partner.type == 'service'",
                "You repair our machines, and the level counts for your programme.",
                "Reparați laptopurile noastre, iar nivelul contează pentru programul dvs.",
            ),
            WrittenProfile(
                "others",
                "Others",
                ALL,
                "Few partners near you hold level 2 yet.",
                "Puțini parteneri din zonă au nivelul 2.",
            ),
        ),
    ),
    WrittenOffer(
        code="P-202",
        campaign=CAMPAIGN,
        group="partner-programme",
        product=None,
        value=45,
        cost=5,
        purpose="message",
        reoffer_after_days=14,
        eligibility="partner.reader == 'manager'",
        english=Words(
            title="Schools in spring: a programme with shared costs",
            body="Half of what you spend on visits to schools comes back. Places for twelve partners.",
            pitch="",
        ),
        romanian=Words(
            title="Școli în primăvară: un program cu costuri împărțite",
            body="Jumătate din ce cheltuiți cu vizitele la școli vi se întoarce. Locuri pentru doisprezece parteneri.",
            pitch="",
        ),
        profiles=(
            WrittenProfile(
                "busy",
                "Many open leads",
                "partner.open_leads >= 5",
                "You have many open leads, and schools buy in tens.",
                "Aveți mulți clienți potențiali deschiși, iar școlile cumpără zeci de bucăți.",
            ),
            WrittenProfile(
                "quiet", "Few open leads", ALL, "It brings leads of its own.", "Aduce clienți potențiali proprii."
            ),
        ),
    ),
    WrittenOffer(
        code="P-203",
        campaign=CAMPAIGN,
        group="partner-news",
        product=None,
        value=12,
        cost=0,
        purpose="message",
        display="default",
        reoffer_after_days=3,
        english=Words(
            title="The new 16-inch machine ships on 7 December",
            body="Orders for stock placed by the end of the month are delivered before Christmas.",
            pitch="",
        ),
        romanian=Words(
            title="Noul laptop de 16 inchi se livrează din 7 decembrie",
            body="Comenzile pentru stoc plasate până la sfârșitul lunii ajung înainte de Crăciun.",
            pitch="",
        ),
        profiles=(WrittenProfile("all", "Everybody", ALL, "For every partner.", "Pentru toți partenerii."),),
    ),
    WrittenOffer(
        code="P-204",
        campaign=CAMPAIGN,
        group="partner-training",
        product=None,
        value=18,
        cost=1,
        purpose="message",
        reoffer_after_days=7,
        english=Words(
            title="Thirty minutes online: from lead to order",
            body="How the partners who answer fastest work with the portal.",
            pitch="",
        ),
        romanian=Words(
            title="Treizeci de minute online: de la client potențial la comandă",
            body="Cum lucrează cu portalul partenerii care răspund cel mai repede.",
            pitch="",
        ),
        profiles=(
            WrittenProfile(
                "new-partners",
                "New partners",
                "partner.months < 6",
                "You have joined not long ago.",
                "V-ați alăturat de curând.",
            ),
            WrittenProfile(
                "leads-wait",
                "Leads wait",
                "partner.open_leads >= 3",
                "Leads wait for you.",
                "Vă așteaptă clienți potențiali.",
            ),
            WrittenProfile("all", "Everybody", ALL, "Worth half an hour.", "Merită jumătate de oră."),
        ),
    ),
)


def load(*, author: User, now: datetime) -> None:
    """The place on the partners' home, what is known there, and the messages, released."""
    known = group("partner", ("Partner", "Partener", KNOWN), position=ConditionGroup.objects.count())
    place = Placement.objects.create(
        name=PLACEMENT,
        label="Partner's home",
        label_ro="Pagina partenerului",
        channel=Channel.WEB,
        limit=2,
        control_percent=0.0,
        arbitration=Arbitration.objects.get(name="default"),
    )
    event = EventDeclaration.objects.create(
        name=EVENT,
        label="A partner looks at home",
        label_ro="Un partener își vede pagina",
        placement=place,
        presents=True,
    )
    event.groups.set([known])
    for position, (code, (name, name_ro)) in enumerate(GROUPS.items(), start=OfferGroup.objects.count()):
        OfferGroup.objects.create(code=code, name=name, name_ro=name_ro, position=position)
    Campaign.objects.create(
        code=CAMPAIGN,
        name="With our partners",
        type=CampaignType.objects.get(code="growth"),
        objective=Objective.objects.get(code="loyalty"),
        tactic=Tactic.objects.get(code="cross-sell"),
        priority=Priority.objects.get(code="normal"),
        start_date=now.date(),
        owner=author,
    )
    for written in MESSAGES:
        write(written, author=author, now=now, placements=[place])
