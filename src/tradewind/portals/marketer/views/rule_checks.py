"""A rule or a text judged while it is typed; partials for htmx."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tradewind.crm.access import requires
from tradewind.portals.marketer.forms.treatments import TEXTS
from tradewind.portals.marketer.previews import preview, sample
from tradewind.portals.marketer.rights import WRITERS
from tradewind.portals.marketer.rules import checked
from tradewind.portals.ui.person import person

LONGEST_RULE = 8000


@requires(*WRITERS)
@require_POST
def rule_check(request: HttpRequest) -> HttpResponse:
    """What the engine says to the rule in the field that `field` names."""
    rule = request.POST.get(request.POST.get("field", ""), "").strip()[:LONGEST_RULE]
    return render(request, "marketer/_rule_check.html", {"check": checked(rule) if rule else None})


@requires(*WRITERS)
@require_POST
def text_preview(request: HttpRequest) -> HttpResponse:
    """The texts of `place` as the agent would see them."""
    place = request.POST.get("place", "")
    if not place.startswith("text-"):
        raise Http404
    texts = {name: request.POST.get(f"{place}-{name}", "") for name in TEXTS}
    shown = preview(texts, sample(person(request)))
    return render(request, "marketer/_preview.html", {"preview": shown, "id": f"preview-{place}"})
