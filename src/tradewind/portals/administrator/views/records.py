"""The records that pages are about, as far as the person may see them; anything else is 404."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from tradewind.crm.access import scope
from tradewind.crm.access.models import AccessGroup, AccessRight, AccessRule
from tradewind.crm.identity.models import User


def rule_named(user: User, code: str) -> AccessRule:
    return get_object_or_404(scope(user, AccessRule), code=code)


def right_numbered(user: User, pk: int) -> AccessRight:
    rights = scope(user, AccessRight).select_related("rule", "group", "granted_by", "ended_by")
    return get_object_or_404(rights, pk=pk)


def group_named(user: User, code: str) -> AccessGroup:
    return get_object_or_404(scope(user, AccessGroup), code=code)
