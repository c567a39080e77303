"""Who may enter the administrator's portal."""

from __future__ import annotations

from tradewind.crm.identity.models import Role

ADMINISTRATORS = (Role.ADMINISTRATOR,)
