"""Who may do what in the channel manager's portal; what they see there is decided by rules and rights."""

from __future__ import annotations

from tradewind.crm.identity.models import Role

MANAGERS = (Role.CHANNEL_MANAGER,)
READERS = (*MANAGERS, Role.ADMINISTRATOR)
