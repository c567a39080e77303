"""Who may do what in the marketing workspace."""

from __future__ import annotations

from tradewind.crm.identity.models import Role

WRITERS = (Role.MARKETING_PROFESSIONAL, Role.ADMINISTRATOR)
READERS = (*WRITERS, Role.INTERACTION_CENTRE_MANAGER)
