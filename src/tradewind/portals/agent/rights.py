"""Who may enter the desk, and who sees the conversations of others there."""

from __future__ import annotations

from tradewind.crm.identity.models import Role

DESK = (Role.INTERACTION_CENTRE_AGENT, Role.INTERACTION_CENTRE_MANAGER)
MANAGERS = (Role.INTERACTION_CENTRE_MANAGER,)
