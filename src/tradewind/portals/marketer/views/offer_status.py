"""The steps of an offer through its statuses, each a resource to POST to."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tradewind.crm.access import requires
from tradewind.crm.marketing.models import Offer, StatusRefused
from tradewind.portals.marketer.rights import WRITERS
from tradewind.portals.marketer.views.records import offer_named
from tradewind.portals.ui.person import person

LONGEST_NOTE = 500


def _step(
    request: HttpRequest, code: str, verb: Callable[[Offer], Callable[..., None]], done: str | Promise
) -> HttpResponse:
    user = person(request)
    offer = offer_named(user, code)
    try:
        verb(offer)(actor=user, now=timezone.now(), note=request.POST.get("note", "").strip()[:LONGEST_NOTE])
    except StatusRefused as refused:
        messages.error(request, " ".join([str(refused), *refused.gaps]))
    else:
        messages.success(request, str(done) % {"code": offer.code})
    return redirect("marketer:offer-edit", code)


@requires(*WRITERS)
@require_POST
def submission(request: HttpRequest, code: str) -> HttpResponse:
    done = gettext_lazy("%(code)s is in review.")
    return _step(request, code, lambda offer: offer.submit, done)


@requires(*WRITERS)
@require_POST
def send_back(request: HttpRequest, code: str) -> HttpResponse:
    done = gettext_lazy("%(code)s is a draft again.")
    return _step(request, code, lambda offer: offer.send_back, done)


@requires(*WRITERS)
@require_POST
def release(request: HttpRequest, code: str) -> HttpResponse:
    done = gettext_lazy("%(code)s is released; the next publication takes it.")
    return _step(request, code, lambda offer: offer.release, done)


@requires(*WRITERS)
@require_POST
def pause(request: HttpRequest, code: str) -> HttpResponse:
    done = gettext_lazy("%(code)s is paused; the next publication leaves it out.")
    return _step(request, code, lambda offer: offer.pause, done)


@requires(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def closure(request: HttpRequest, code: str) -> HttpResponse:
    """Asks first: a closed offer never comes back."""
    if request.method == "POST":
        done = gettext_lazy("%(code)s is closed.")
        return _step(request, code, lambda offer: offer.close, done)
    offer = offer_named(person(request), code)
    return render(
        request,
        "ui/confirm_page.html",
        {
            "title": _("Close %(offer)s?") % {"offer": offer},
            "text": _(
                "The next publication leaves it out, and it cannot be opened again. "
                "Its answers and what was learnt from them stay."
            ),
            "action": reverse("marketer:offer-closure", args=[offer.code]),
            "action_label": _("Close for good"),
            "keep_label": _("Keep the offer"),
            "keep_url": reverse("marketer:offer-edit", args=[offer.code]),
        },
    )
