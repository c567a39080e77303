"""One noun per file; import them from here."""

from tradewind.crm.access.models.group import AccessGroup, AccessGroupMember
from tradewind.crm.access.models.right import AccessRight
from tradewind.crm.access.models.rule import AccessRule

__all__ = ["AccessGroup", "AccessGroupMember", "AccessRight", "AccessRule"]
