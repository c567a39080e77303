"""Answers that have not reached the engine, and those it would not take."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.decisions import queries
from tradewind.portals.agent.rights import DESK
from tradewind.portals.ui.person import person

PAGE = 50
REFUSED = 50


@requires(*DESK)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    user = person(request)
    letters = scope(user, queries.waiting_letters())
    page = Paginator(letters, PAGE).get_page(request.GET.get("page"))
    refused = scope(user, queries.refused_letters()).order_by("-refused_at", "-pk")[:REFUSED]
    return render(request, "agent/outbox.html", {"page": page, "oldest": letters.first(), "refused": refused})
