"""A marketing workspace for tests: the toolkit of a laptop brand, one campaign, and offers as they are asked for."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.cast import SINCE, Cast

from tradewind.crm.interactions.models import CallReason, WrapUp
from tradewind.crm.marketing.models import Campaign, CampaignType, Offer, OfferGroup
from tradewind.crm.toolkit.models import (
    Arbitration,
    Attribute,
    Channel,
    ConditionGroup,
    EventDeclaration,
    Outcome,
    Placement,
)

GROUPS: dict[str, dict[str, dict[str, Any]]] = {
    "customer": {
        "tenure_months": {"type": "number", "min": 0, "max": 600, "predictive": True},
        "segment": {"type": "category", "values": ["home", "business", "student"], "predictive": True},
        "is_student": {"type": "boolean"},
        "age_band": {"type": "category", "sensitive": True},
        "city": {"type": "text"},
        "first_name": {"type": "text"},
    },
    "machine": {
        "age_months": {"type": "number", "min": 0, "max": 240, "predictive": True},
        "family": {"type": "text"},
        "price": {"type": "number"},
        "ram_gb": {"type": "number"},
        "in_warranty": {"type": "boolean"},
    },
    "call": {"reason": {"type": "category", "values": ["battery", "invoice", "other"], "predictive": True}},
    "agent": {"skills": {"type": "list"}},
}
OUTCOMES = {
    "accepted": (1.0, True),
    "interested": (0.3, False),
    "not_now": (0.0, True),
    "rejected": (0.0, True),
    "skipped": (0.0, True),
}


@dataclass(frozen=True, slots=True)
class Workspace:
    cast: Cast
    campaign: Campaign
    desk: Placement
    showroom: Placement
    outcomes: dict[str, Outcome]
    reasons: dict[str, CallReason]
    helped: WrapUp

    def draft(self, code: str, *, now: datetime, suitability: str = "Suits everybody.", **fields: Any) -> Offer:
        """A complete offer at the desk that is still a draft: one profile, texts in both languages."""
        offer = Offer(
            **{
                "campaign": self.campaign,
                "code": code,
                "title": f"Offer {code}",
                "group": OfferGroup.objects.get(code="care"),
                "product": self.cast.laptop,
                "value": Decimal(10),
                **fields,
            }
        )
        offer.draft(actor=self.cast.hannah, now=now)
        offer.placements.add(self.desk)
        offer.profiles.create(
            code="everyone", name="Everyone", rule="true", suitability_en=suitability, suitability_ro="Potrivit oricui."
        )
        for language, title in (("en", f"Buy {code}"), ("ro", f"Cumpărați {code}")):
            offer.treatments.create(
                channel=Channel.CALL_CENTER,
                language=language,
                title=title,
                pitch="{{ customer.first_name }}, shall we?",
            )
        return offer

    def released(self, code: str, *, now: datetime, **fields: Any) -> Offer:
        offer = self.draft(code, now=now, **fields)
        offer.submit(actor=self.cast.hannah, now=now)
        offer.release(actor=self.cast.hannah, now=now)
        return offer


def build_workspace(cast: Cast) -> Workspace:
    for place, (group_name, attributes) in enumerate(GROUPS.items()):
        group = ConditionGroup.objects.create(name=group_name, label=group_name.title(), position=place)
        for name, fields in attributes.items():
            Attribute.objects.create(group=group, name=name, label=name, **fields)
    arbitration = Arbitration.objects.create(name="default")
    desk = Placement.objects.create(
        name="desk",
        label="Desk",
        label_ro="Birou",
        channel=Channel.CALL_CENTER,
        arbitration=arbitration,
        control_percent=0.0,
    )
    showroom = Placement.objects.create(
        name="showroom", label="Showroom", channel=Channel.WEB, arbitration=arbitration, limit=2, control_percent=0.0
    )
    call = EventDeclaration.objects.create(name="call-started", label="A call started", placement=desk)
    call.groups.set(ConditionGroup.objects.all())
    EventDeclaration.objects.create(name="page-viewed", label="A page was viewed", placement=showroom, presents=True)
    OfferGroup.objects.create(code="care", name="Care", name_ro="Îngrijire")
    campaign = Campaign.objects.create(
        code="back-to-campus",
        name="Back to campus",
        type=CampaignType.objects.create(code="growth", name="Growth", name_ro="Creștere"),
        start_date=SINCE,
        owner=cast.hannah,
    )
    return Workspace(
        cast=cast,
        campaign=campaign,
        desk=desk,
        showroom=showroom,
        outcomes={
            name: Outcome.objects.create(name=name, label=name, reward=reward, final=final)
            for name, (reward, final) in OUTCOMES.items()
        },
        reasons={code: CallReason.objects.create(code=code, name=code) for code in ("battery", "invoice", "other")},
        helped=WrapUp.objects.create(code="helped", name="Helped", name_ro="Rezolvat"),
    )
