"""The draft's estimate: asking for it, and looking how far it is. A partial for htmx; without it, the page again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradewind.crm.access import requires, scope
from tradewind.crm.decisions import operations
from tradewind.crm.decisions.engine import EngineUnavailable
from tradewind.crm.decisions.models import Publication
from tradewind.portals.marketer.gatehouse import gatehouse
from tradewind.portals.marketer.rights import WRITERS
from tradewind.portals.ui.person import person


@requires(*WRITERS, writes=True)
@require_http_methods(["GET", "HEAD", "POST"])
def estimate(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _state(request)
    refusal = ask(request)
    if request.headers.get("HX-Request") == "true":
        return _state(request, refusal=refusal, began=not refusal)
    if refusal:
        messages.error(request, refusal)
    return redirect("marketer:publish")


def ask(request: HttpRequest) -> str:
    """Asks for an estimate of the draft. Returns why not, where it is not asked."""
    try:
        operations.estimate(actor=person(request), now=timezone.now())
    except operations.EstimateRefused as refused:
        return str(refused)
    except EngineUnavailable:
        return _(
            "The engine did not answer, so nothing is being estimated. Nothing is lost: ask again when it is back."
        )
    return ""


def _state(request: HttpRequest, *, refusal: str = "", began: bool = False) -> HttpResponse:
    user = person(request)
    draft = operations.drafted(running=scope(user, Publication).order_by("-number").first())
    house = gatehouse(draft, user=user, now=timezone.now(), refusal=refusal)
    context = {"house": house, "is_fresh": True, "began": began, "said": request.GET.get("said", "")}
    return render(request, "marketer/_estimate_state.html", context)
