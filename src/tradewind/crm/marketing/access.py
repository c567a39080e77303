"""Who sees campaigns and offers: everybody of the brand owner; marketing writes and releases them."""

from __future__ import annotations

from tradewind.crm.access import allow, register
from tradewind.crm.identity.models import Role
from tradewind.crm.marketing.models import (
    Campaign,
    CampaignType,
    Objective,
    Offer,
    OfferActivity,
    OfferGroup,
    OfferStatus,
    Priority,
    RecipientProfile,
    Tactic,
    Treatment,
)
from tradewind.crm.toolkit.access import of_the_brand_owner

for model in (
    Campaign,
    CampaignType,
    Objective,
    Offer,
    OfferActivity,
    OfferGroup,
    OfferStatus,
    Priority,
    RecipientProfile,
    Tactic,
    Treatment,
):
    register(model, of_the_brand_owner)

allow("campaign.change", Role.MARKETING_PROFESSIONAL, Role.ADMINISTRATOR)
allow("offer.change", Role.MARKETING_PROFESSIONAL, Role.ADMINISTRATOR)
allow("offer.release", Role.MARKETING_PROFESSIONAL, Role.ADMINISTRATOR)
