"""The first page of access: what needs doing, who may do what in figures, what changed lately."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.access.review import changes
from tradewind.crm.identity.models import User
from tradewind.portals.administrator.rights import ADMINISTRATORS
from tradewind.portals.administrator.todo import groups_of, rules_of, todo
from tradewind.portals.ui.person import person

LATELY = dt.timedelta(days=30)
SHOWN = 8


@requires(*ADMINISTRATORS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    rules, groups = rules_of(user, now=now), groups_of(user, now=now)
    context = {
        "todo": list(todo(user, rules, groups, now=now)),
        "rules": len(rules),
        "groups": len(groups),
        "rights": sum(getattr(rule, "rights_now", 0) for rule in rules),
        "people": scope(user, User).filter(is_active=True).count(),
        "changes": changes(now - LATELY, now)[:SHOWN],
    }
    return render(request, "administrator/overview.html", context)
