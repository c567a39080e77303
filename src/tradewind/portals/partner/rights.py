"""Who may enter the partner portal, and who runs the company there."""

from __future__ import annotations

from tradewind.crm.identity.models import Role

PARTNER = (Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE)
MANAGERS = (Role.PARTNER_MANAGER,)
