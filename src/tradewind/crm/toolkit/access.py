"""Who sees the toolkit: everybody of the brand owner reads it, marketing and administrators change it."""

from __future__ import annotations

from typing import Final

from tradewind.crm.access import allow, register, whoever_has
from tradewind.crm.identity.models import Role
from tradewind.crm.toolkit.models import (
    Arbitration,
    Attribute,
    ConditionGroup,
    EventDeclaration,
    Outcome,
    Placement,
)

BRAND_OWNER_ROLES: Final = (
    Role.MARKETING_PROFESSIONAL,
    Role.INTERACTION_CENTRE_AGENT,
    Role.INTERACTION_CENTRE_MANAGER,
    Role.CHANNEL_MANAGER,
    Role.FINANCE,
    Role.ADMINISTRATOR,
)
"""Whoever works for the brand owner; partners hold none of these."""

of_the_brand_owner = whoever_has(*BRAND_OWNER_ROLES)

for model in (Arbitration, Attribute, ConditionGroup, EventDeclaration, Outcome, Placement):
    register(model, of_the_brand_owner)

allow("toolkit.change", Role.MARKETING_PROFESSIONAL, Role.ADMINISTRATOR)
