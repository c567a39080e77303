"""The bank's offers in the records of marketing, beside those that are there: put once, and left alone afterwards."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from tradewind.crm.catalog.models import Product, ProductKind
from tradewind.crm.decisions.changes import Change
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign, CampaignType, Offer, OfferGroup, RecipientProfile, Treatment
from tradewind.crm.toolkit.models import (
    Arbitration,
    Attribute,
    Channel,
    ConditionGroup,
    EventDeclaration,
    Outcome,
    Placement,
)
from tradewind.demo.bank.offers import ATTRIBUTES, EVENT, GROUP, OFFERS, PLACEMENT, PREFIX, BankOffer

CAMPAIGN = "universal-bank"
EVERYBODY = "everyone"
WRITTEN_DAYS_AGO, RELEASED_DAYS_AGO = 36, 30
EXPLORED = 0.25
"""The share of visits that explores. With the default one run in four never shows the loan often enough to see whom it
suits; with this each of the five is shown at every twentieth visit at least."""
GOALS = (
    "Replayed from the data set UniversalBank, to see what is learnt of a bank's customers. They are no customers of "
    "ours: what they answered stands in the engine and not in our own figures."
)


def is_ours(change: Change) -> bool:
    """Whether a change of the publication is about the bank."""
    return change.code.startswith(PREFIX) or change.code.partition(".")[0] in {GROUP, PLACEMENT, EVENT}


@transaction.atomic
def add(*, actor: User, now: datetime) -> None:
    """Put into toolkit, catalogue and campaigns what is not there yet; what somebody changed since stays changed."""
    placement = _placement()
    _event(placement)
    for name, label, label_ro, reward in (
        ("accepted", "Accepted", "Acceptată", 1.0),
        ("rejected", "Rejected", "Respinsă", 0.0),
    ):
        Outcome.objects.get_or_create(
            name=name, defaults={"label": label, "label_ro": label_ro, "reward": reward, "final": True}
        )
    campaign = _campaign(actor, now)
    group, _ = OfferGroup.objects.get_or_create(code="bank", defaults={"name": "Bank", "name_ro": "Bancă"})
    known = set(Offer.objects.filter(code__startswith=PREFIX).values_list("code", flat=True))
    for written in OFFERS:
        if written.id not in known:
            _write(written, campaign=campaign, group=group, placement=placement, actor=actor, now=now)


def _placement() -> Placement:
    arbitration, _ = Arbitration.objects.get_or_create(name=PLACEMENT)
    placement, _ = Placement.objects.get_or_create(
        name=PLACEMENT,
        defaults={
            "label": "Branch of the bank",
            "label_ro": "Sucursala băncii",
            "channel": Channel.STORE,
            "limit": 1,
            "control_percent": 0.0,
            "floor": EXPLORED,
            "arbitration": arbitration,
        },
    )
    return placement


def _event(placement: Placement) -> None:
    """What is known of a visitor, and the visit."""
    group, _ = ConditionGroup.objects.get_or_create(
        name=GROUP,
        defaults={
            "label": "Customer of the bank",
            "label_ro": "Client al băncii",
            "position": ConditionGroup.objects.count(),
        },
    )
    for position, known in enumerate(ATTRIBUTES):
        Attribute.objects.get_or_create(
            group=group,
            name=known.name,
            defaults={
                "type": known.type,
                "min": known.min,
                "max": known.max,
                "values": list(known.values),
                "predictive": True,
                "label": known.label,
                "label_ro": known.label_ro,
                "position": position,
            },
        )
    event, is_new = EventDeclaration.objects.get_or_create(
        name=EVENT,
        defaults={
            "label": "A visit to the bank",
            "label_ro": "O vizită la bancă",
            "placement": placement,
            "presents": True,
        },
    )
    if is_new:
        event.groups.set([group])


def _campaign(actor: User, now: datetime) -> Campaign:
    kind, _ = CampaignType.objects.get_or_create(code="replay", defaults={"name": "Replay", "name_ro": "Reluare"})
    campaign, _ = Campaign.objects.get_or_create(
        code=CAMPAIGN,
        defaults={
            "name": "Universal Bank, replayed",
            "type": kind,
            "start_date": (now - timedelta(days=WRITTEN_DAYS_AGO)).date(),
            "owner": actor,
        },
    )
    return campaign


def _write(
    written: BankOffer, *, campaign: Campaign, group: OfferGroup, placement: Placement, actor: User, now: datetime
) -> None:
    """One offer for everybody: that its customers differ is for the engine to find."""
    product, _ = Product.objects.get_or_create(
        code=written.product,
        defaults={"name": written.title, "kind": ProductKind.SERVICE, "family": "Bank", "currency": "USD"},
    )
    offer = Offer(
        campaign=campaign,
        code=written.id,
        title=written.title,
        product=product,
        group=group,
        value=Decimal(str(written.demo_value)),
        reoffer_after_days=None,
        goals=GOALS,
    )
    offer.draft(actor=actor, now=now - timedelta(days=WRITTEN_DAYS_AGO))
    offer.placements.set([placement])
    english, romanian = written.suits
    RecipientProfile.objects.create(
        offer=offer,
        code=EVERYBODY,
        name="Every customer of the bank",
        suitability_en=english,
        suitability_ro=romanian,
    )
    for language, words in (("en", written.english), ("ro", written.romanian)):
        Treatment.objects.create(
            offer=offer,
            channel=placement.channel,
            language=language,
            title=words.title,
            body=words.body,
            pitch=words.pitch,
        )
    offer.submit(actor=actor, now=now - timedelta(days=RELEASED_DAYS_AGO))
    offer.release(actor=actor, now=now - timedelta(days=RELEASED_DAYS_AGO))
