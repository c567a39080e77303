"""Publications: what ran and runs, what the next one would change, and publishing it."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.access import may, requires, scope
from tradewind.crm.decisions import operations
from tradewind.crm.decisions.changes import Change
from tradewind.crm.decisions.engine import EngineUnavailable
from tradewind.crm.decisions.faults import Fault
from tradewind.crm.decisions.gate import Held
from tradewind.crm.decisions.models import Estimate, Publication
from tradewind.portals.marketer.estimates import HEADLINES
from tradewind.portals.marketer.gatehouse import gatehouse
from tradewind.portals.marketer.publishing import grouped, mends
from tradewind.portals.marketer.rights import READERS, WRITERS
from tradewind.portals.marketer.views.estimates import ask
from tradewind.portals.marketer.views.records import publication_numbered
from tradewind.portals.ui.person import person

PAGE = 25


@requires(*READERS)
@require_safe
def publication_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    publications = scope(user, Publication).select_related("published_by").defer("document")
    page = Paginator(publications, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "running": publications.first(),
        "may_publish": may(user, "publication.publish"),
    }
    return render(request, "marketer/publications.html", context)


@requires(*READERS)
@require_safe
def publication(request: HttpRequest, number: int) -> HttpResponse:
    user = person(request)
    found = publication_numbered(user, number)
    numbers = scope(user, Publication).order_by("number").values_list("number", flat=True)
    estimate = scope(user, Estimate).filter(published=found).select_related("asked_by").first()
    context = {
        "publication": found,
        "is_running": not numbers.filter(number__gt=number).exists(),
        "before": numbers.filter(number__lt=number).last(),
        "after": numbers.filter(number__gt=number).first(),
        "groups": grouped(Change.from_row(row) for row in found.changes),
        "offers": found.offers.select_related("offer__group").order_by("offer__code"),
        "may_write": may(user, "offer.change"),
        "estimate": estimate,
        "verdict": HEADLINES[estimate.finding.verdict] if estimate and estimate.finding else "",
    }
    return render(request, "marketer/publication.html", context)


@requires(*READERS)
@require_safe
def publication_document(request: HttpRequest, number: int) -> HttpResponse:
    """The document as the engine got it, to keep or to compare."""
    found = publication_numbered(person(request), number)
    text = json.dumps(found.document, ensure_ascii=False, indent=2, sort_keys=True)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="publication-{number}.json"'
    return response


@requires(*WRITERS, writes=True)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    return _published(request) if request.method == "POST" else _planned(request)


def _planned(
    request: HttpRequest, *, refusal: str = "", faults: tuple[Fault, ...] = (), asked: str = "", status: int = 200
) -> HttpResponse:
    """The page in front of publishing. `asked` says why an estimate was not asked for just now."""
    user = person(request)
    planned = operations.preview()
    context = {
        "planned": planned,
        "groups": grouped(planned.changes),
        "mends": mends(faults or planned.faults, user=user),
        "warnings": mends(planned.warnings, user=user),
        "refusal": refusal,
        "house": gatehouse(planned.draft, user=user, now=timezone.now(), refusal=asked),
    }
    return render(request, "marketer/publish.html", context, status=status)


def _published(request: HttpRequest) -> HttpResponse:
    ticked, seen = request.POST.get("without_evidence") == "yes", request.POST.get("draft")
    try:
        done = operations.publish(actor=person(request), now=timezone.now(), seen=seen, without_evidence=ticked)
    except operations.PublishHeld as held:
        asked = ask(request) if held.why is Held.MISSING else ""
        return _planned(request, refusal=str(held), asked=asked, status=409)
    except operations.PublishRefused as refused:
        return _planned(request, refusal=str(refused), faults=refused.faults, status=409)
    except EngineUnavailable:
        said = _(
            "The engine did not answer, so it is not known whether it took the publication. Publishing again is safe."
        )
        return _planned(request, refusal=said, status=503)
    messages.success(request, _("%(publication)s is running.") % {"publication": done})
    return redirect("marketer:publication", done.number)
