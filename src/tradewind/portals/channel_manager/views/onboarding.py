"""The steps of a partner through its statuses and its onboarding."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tradewind.crm.access import ActionGroup, requires
from tradewind.crm.channel import operations
from tradewind.crm.channel.models import Partner, Status, StepRefused
from tradewind.crm.channel.rules import SAYS_WHY
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.forms.partners import WhyForm
from tradewind.portals.channel_manager.records import partner_named
from tradewind.portals.channel_manager.rights import MANAGERS
from tradewind.portals.ui.person import person

BY_HAND: Final = {Status.RECRUITED, Status.ONBOARDING, Status.ACTIVE, Status.SUSPENDED, Status.ENDED}
QUESTIONS: Final[dict[str, tuple[str | Promise, str | Promise, str | Promise]]] = {
    Status.SUSPENDED: (
        gettext_lazy("Suspend %(partner)s?"),
        gettext_lazy("Its people can still sign in and read; it gets nothing new until it is active again."),
        gettext_lazy("Suspend"),
    ),
    Status.ENDED: (
        gettext_lazy("End the partnership with %(partner)s?"),
        gettext_lazy("Its people lose their access today. What was done together stays in the records."),
        gettext_lazy("End the partnership"),
    ),
}


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, uuid: UUID, wanted: str) -> HttpResponse:
    """Go on to another status; where that needs a reason, ask for it first."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    if wanted not in BY_HAND:
        raise Http404
    if wanted not in SAYS_WHY:
        if request.method != "POST":
            raise Http404
        return _become(request, partner, Status(wanted), why="")
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _become(request, partner, Status(wanted), why=form.cleaned_data["why"])
    title, text, label = QUESTIONS[wanted]
    context = {
        "partner": partner,
        "title": str(title) % {"partner": partner},
        "text": text,
        "action_label": label,
        "form": form,
    }
    return render(request, "channel_manager/question.html", context, status=422 if form.errors else 200)


@requires(*MANAGERS)
@require_POST
def step(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Tick a step of the onboarding, or open it again."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    row = get_object_or_404(partner.steps, step=step)
    if partner.status_now != Status.ONBOARDING:
        messages.error(request, _("Only while a partner is in onboarding its list is worked on."))
    elif "undo" in request.POST:
        row.untick(actor=user, now=timezone.now())
    else:
        row.tick(actor=user, now=timezone.now())
    return redirect("channel:partner", partner.uuid)


def _become(request: HttpRequest, partner: Partner, wanted: Status, *, why: str) -> HttpResponse:
    try:
        _do(partner, wanted, why=why, actor=person(request))
    except StepRefused as refused:
        messages.error(request, " ".join([str(refused), *map(str, refused.gaps)]))
    else:
        said = {"partner": partner, "status": wanted.label}
        messages.success(request, _("%(partner)s is now “%(status)s”.") % said)
    return redirect("channel:partner", partner.uuid)


def _do(partner: Partner, wanted: Status, *, why: str, actor: User) -> None:
    if wanted == Status.ENDED:
        operations.end(partner, why=why, actor=actor, now=timezone.now())
    else:
        partner.become(wanted, actor=actor, now=timezone.now(), why=why)
