"""The emergency stop of an offer and its end, each asked for once more before it happens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradewind.crm.access import requires
from tradewind.crm.decisions import operations
from tradewind.crm.decisions.engine import EngineUnavailable
from tradewind.crm.marketing.models import Offer
from tradewind.portals.marketer.rights import WRITERS
from tradewind.portals.marketer.views.offer_status import LONGEST_NOTE
from tradewind.portals.marketer.views.records import offer_named
from tradewind.portals.ui.person import person


@requires(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, code: str) -> HttpResponse:
    offer = offer_named(person(request), code)
    if request.method == "POST":
        return _stopped(request, offer)
    question = {
        "title": _("Stop %(offer)s now?") % {"offer": offer},
        "text": _(
            "No decision shows it from this moment on, in any channel, and no publication brings it back. "
            "What was shown already stays shown. Only lifting the stop ends it."
        ),
        "action_label": _("Stop now"),
        "keep_label": _("Let it run"),
        "note_label": _("Why"),
    }
    return _asked(request, offer, "marketer:offer-stop", question)


@requires(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def resumption(request: HttpRequest, code: str) -> HttpResponse:
    offer = offer_named(person(request), code)
    if request.method == "POST":
        return _resumed(request, offer)
    question = {
        "title": _("Lift the stop of %(offer)s?") % {"offer": offer},
        "text": _("Where it is published, the next decision may show it again."),
        "action_label": _("Lift the stop"),
        "keep_label": _("Leave it stopped"),
        "kind": "primary",
    }
    return _asked(request, offer, "marketer:offer-resumption", question)


def _asked(request: HttpRequest, offer: Offer, name: str, question: dict[str, str]) -> HttpResponse:
    where = {"action": reverse(name, args=[offer.code]), "keep_url": reverse("marketer:offer-edit", args=[offer.code])}
    return render(request, "ui/confirm_page.html", question | where)


def _stopped(request: HttpRequest, offer: Offer) -> HttpResponse:
    note = request.POST.get("note", "").strip()[:LONGEST_NOTE]
    try:
        stopped = operations.stop(offer=offer, actor=person(request), now=timezone.now(), note=note)
    except operations.StopRefused as refused:
        messages.error(request, str(refused))
    else:
        said = (
            _("The engine is away. %(code)s is stopped at the desk now, and in the engine as soon as it answers.")
            if stopped.is_untold
            else _("%(code)s is stopped.")
        )
        messages.success(request, said % {"code": offer.code})
    return redirect("marketer:offer-edit", offer.code)


def _resumed(request: HttpRequest, offer: Offer) -> HttpResponse:
    try:
        operations.resume(offer=offer, actor=person(request), now=timezone.now())
    except operations.StopRefused as refused:
        messages.error(request, str(refused))
    except EngineUnavailable:
        messages.error(request, _("The engine did not answer, so the stop is still in force here. Lift it again."))
    else:
        messages.success(request, _("The stop of %(code)s is lifted.") % {"code": offer.code})
    return redirect("marketer:offer-edit", offer.code)
