"""Marketing's work of the last months: its lists, five campaigns, and the twelve offers through review to release."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tradewind.crm.catalog.models import Product
from tradewind.crm.identity.models import Skill, User
from tradewind.crm.marketing.models import (
    Campaign,
    CampaignType,
    Objective,
    Offer,
    OfferGroup,
    Priority,
    RecipientProfile,
    Tactic,
    Treatment,
)
from tradewind.crm.toolkit.models import Channel, Placement
from tradewind.demo.offers import OFFERS, Words, WrittenOffer

WRITTEN_DAYS_AGO, REVIEWED_DAYS_AGO, RELEASED_DAYS_AGO = 44, 38, 34
CAMPAIGN_DAYS_AGO = 50

TYPES = {"retention": ("Retention", "Fidelizare"), "growth": ("Growth", "Creștere"), "launch": ("Launch", "Lansare")}
OBJECTIVES = {
    "revenue": ("Revenue per customer", "Venit pe client"),
    "loyalty": ("Loyalty", "Loialitate"),
    "renewal": ("Renewal", "Reînnoire"),
}
TACTICS = {
    "cross-sell": ("Cross-sell", "Vânzare încrucișată"),
    "up-sell": ("Up-sell", "Vânzare superioară"),
    "save": ("Save", "Reținere"),
}
PRIORITIES = {"high": ("High", "Ridicată"), "normal": ("Normal", "Normală"), "low": ("Low", "Scăzută")}
GROUPS = {
    "care": ("Care", "Îngrijire"),
    "services": ("Services", "Servicii"),
    "upgrades": ("Upgrades", "Îmbunătățiri"),
    "accessories": ("Accessories", "Accesorii"),
    "new-machines": ("New machines", "Laptopuri noi"),
    "retention": ("Retention", "Fidelizare"),
    "notices": ("Notices", "Anunțuri"),
}
CAMPAIGNS = {
    # code: name, type, objective, tactic, priority
    "care-2026": ("Care that lasts", "growth", "loyalty", "cross-sell", "normal"),
    "upgrade-winter": ("A winter of upgrades", "growth", "revenue", "up-sell", "normal"),
    "spring-trade-in": ("Trade in for spring", "launch", "renewal", "up-sell", "high"),
    "business-fleet": ("Fleets for small firms", "growth", "revenue", "up-sell", "high"),
    "stay-with-us": ("Stay with us", "retention", "loyalty", "save", "high"),
}


def load(*, author: User, now: datetime) -> None:
    """Lists, campaigns and offers; every offer is released and waits for a publication."""
    for model, entries in (
        (CampaignType, TYPES),
        (Objective, OBJECTIVES),
        (Tactic, TACTICS),
        (Priority, PRIORITIES),
        (OfferGroup, GROUPS),
    ):
        for position, (code, (name, name_ro)) in enumerate(entries.items()):
            model.objects.create(code=code, name=name, name_ro=name_ro, position=position)
    for code, (name, type_, objective, tactic, priority) in CAMPAIGNS.items():
        Campaign.objects.create(
            code=code,
            name=name,
            type=CampaignType.objects.get(code=type_),
            objective=Objective.objects.get(code=objective),
            tactic=Tactic.objects.get(code=tactic),
            priority=Priority.objects.get(code=priority),
            start_date=(now - timedelta(days=CAMPAIGN_DAYS_AGO)).date(),
            owner=author,
        )
    for written in OFFERS:
        write(written, author=author, now=now)


def write(
    written: WrittenOffer, *, author: User, now: datetime, placements: Sequence[Placement] | None = None
) -> Offer:
    """Put one offer into the records and take it through review to release; without places it appears anywhere."""
    offer = Offer(
        campaign=Campaign.objects.get(code=written.campaign),
        code=written.code,
        title=written.english.title,
        purpose=written.purpose,
        product=Product.objects.get(code=written.product) if written.product else None,
        group=OfferGroup.objects.get(code=written.group),
        display=written.display,
        priority=written.priority,
        value=written.value,
        cost=written.cost,
        reoffer_after_days=written.reoffer_after_days,
        eligibility=written.eligibility,
        goals=written.goals,
    )
    offer.draft(actor=author, now=now - timedelta(days=WRITTEN_DAYS_AGO))
    offer.placements.set(Placement.objects.all() if placements is None else placements)
    offer.agent_skills.set(Skill.objects.filter(code__in=written.skills))
    RecipientProfile.objects.bulk_create(
        RecipientProfile(
            offer=offer,
            position=position,
            code=profile.code,
            name=profile.name,
            rule=profile.rule,
            suitability_en=profile.suitability_en,
            suitability_ro=profile.suitability_ro,
        )
        for position, profile in enumerate(written.profiles)
    )
    for language, words in (("en", written.english), ("ro", written.romanian)):
        Treatment.objects.bulk_create(_treatments(offer, language, words))
    offer.submit(actor=author, now=now - timedelta(days=REVIEWED_DAYS_AGO))
    offer.release(actor=author, now=now - timedelta(days=RELEASED_DAYS_AGO))
    return offer


def _treatments(offer: Offer, language: str, words: Words) -> list[Treatment]:
    """The agent reads a pitch; a page shows a link."""
    return [
        Treatment(
            offer=offer,
            channel=Channel.CALL_CENTER,
            language=language,
            title=words.title,
            body=words.body,
            pitch=words.pitch,
        ),
        Treatment(
            offer=offer,
            channel=Channel.WEB,
            language=language,
            title=words.title,
            body=words.body,
            link=f"/showroom/{offer.code.lower()}",
        ),
    ]
