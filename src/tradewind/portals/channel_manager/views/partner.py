"""One partner: its page, and the form that makes or changes one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.access import ActionGroup, requires, scope
from tradewind.crm.channel import operations
from tradewind.crm.channel.duplicates import likenesses
from tradewind.crm.channel.models import Partner, Status
from tradewind.crm.channel.rules import MAY_BECOME, WORKS
from tradewind.portals.channel_manager.forms.partners import FirstManagerForm, PartnerForm, PersonForm
from tradewind.portals.channel_manager.records import partner_named
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.channel_manager.timeline import timeline
from tradewind.portals.channel_manager.views.people import people_of
from tradewind.portals.ui.person import person


@requires(*READERS)
@require_safe
def partner_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    partner = partner_named(user, uuid)
    status, steps = Status(partner.status_now), list(partner.steps.select_related("done_by"))
    context = {
        "partner": partner,
        "statuses": partner.statuses.select_related("started_by"),
        "steps": steps,
        "done": sum(step.done_at is not None for step in steps),
        "people": people_of(partner, now=timezone.now()),
        "likenesses": likenesses(partner, among=scope(user, Partner.objects.with_status())),
        "entries": timeline(partner),
        "may_write": user.has_role(*MANAGERS),
        "may_become": MAY_BECOME[status],
        "works": status in WORKS,
        "admission": FirstManagerForm() if Status.APPROVED in MAY_BECOME[status] else None,
        "invitation": PersonForm() if status in WORKS else None,
    }
    return render(request, "channel_manager/partner.html", context)


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_create(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = PartnerForm(request.POST or None, instance=Partner(looked_after_by=user), user=user)
    if request.method == "POST" and form.is_valid():
        form.instance.organisation.derive()
        found = likenesses(form.instance, among=scope(user, Partner.objects.with_status()))
        if not found or "anyway" in request.POST:
            partner = operations.enlist(form.save(commit=False), actor=user, now=timezone.now())
            messages.success(request, _("%(partner)s is being recruited.") % {"partner": partner})
            return redirect("channel:partner", partner.uuid)
        context = {"form": form, "partner": None, "likenesses": found}
        return render(request, "channel_manager/partner_form.html", context, status=409)
    context = {"form": form, "partner": None}
    return render(request, "channel_manager/partner_form.html", context, status=422 if form.errors else 200)


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    name = str(partner)
    form = PartnerForm(request.POST or None, instance=partner, user=user)
    if request.method == "POST" and form.is_valid():
        operations.change(form.save(commit=False), fields=form.changed_labels(), actor=user, now=timezone.now())
        messages.success(request, _("%(partner)s is saved.") % {"partner": partner})
        return redirect("channel:partner", partner.uuid)
    context = {"form": form, "partner": partner, "name": name}
    return render(request, "channel_manager/partner_form.html", context, status=422 if form.errors else 200)
