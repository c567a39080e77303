"""One noun per file; import them from here."""

from __future__ import annotations

from tradewind.crm.identity.models import Language
from tradewind.crm.marketing.models.campaign import Campaign
from tradewind.crm.marketing.models.lists import CampaignType, Objective, OfferGroup, Priority, Tactic
from tradewind.crm.marketing.models.offer import Offer
from tradewind.crm.marketing.models.offer_status import OfferActivity, OfferStatus
from tradewind.crm.marketing.models.profile import RecipientProfile
from tradewind.crm.marketing.models.status import Status, StatusRefused
from tradewind.crm.marketing.models.treatment import Treatment

__all__ = [
    "Campaign",
    "CampaignType",
    "Language",
    "Objective",
    "Offer",
    "OfferActivity",
    "OfferGroup",
    "OfferStatus",
    "Priority",
    "RecipientProfile",
    "Status",
    "StatusRefused",
    "Tactic",
    "Treatment",
]
