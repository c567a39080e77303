"""Companies that ask to become partners: the list, and the decision about each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel import registrations
from tradewind.crm.channel.duplicates import Likeness, likenesses
from tradewind.crm.channel.invitations import InvitationRefused
from tradewind.crm.channel.models import Partner, Registration, Status, StepRefused
from tradewind.crm.channel.registrations import ApprovalRefused
from tradewind.crm.parties.words import key_of
from tradewind.portals.channel_manager.forms.partners import ApprovalForm, OwnerForm, RegistrationFilters, WhyForm
from tradewind.portals.channel_manager.records import registration_named
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.channel_manager.views.people import joining
from tradewind.portals.ui.person import person

PAGE = 25


@requires(*READERS)
@require_safe
def registration_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    filters = RegistrationFilters(request.GET, user=user)
    rows = scope(user, Registration).filter(approval__isnull=False).select_related("approval__owner", "wanted_type")
    page = Paginator(_narrowed(rows, filters).order_by("-confirmed_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "page": page, "today": timezone.localdate()}
    return render(request, "channel_manager/registrations.html", context)


def _narrowed(rows: QuerySet[Registration], filters: RegistrationFilters) -> QuerySet[Registration]:
    wanted = filters.cleaned_data
    if wanted.get("q"):
        key = key_of(wanted["q"])
        rows = rows.filter(Q(name_key__contains=key) | Q(vat_id__contains=key.upper()))
    if wanted.get("state"):
        rows = rows.filter(approval__decision="" if wanted["state"] == "waiting" else wanted["state"])
    if wanted.get("owner"):
        rows = rows.filter(approval__owner=wanted["owner"])
    return rows


@requires(*READERS)
@require_safe
def registration(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    found = registration_named(user, uuid)
    partners = scope(user, Partner.objects.with_status())
    known = likenesses(found, among=partners)
    waits = found.approval.decided_at is None and user.has_role(*MANAGERS)
    context = {
        "registration": found,
        "approval": found.approval,
        "overdue": found.approval.is_overdue(on_date=timezone.localdate()),
        "partners": known,
        "others": likenesses(found, among=scope(user, Registration).filter(approval__isnull=False)),
        "approve": ApprovalForm(user=user, proposed=_recruited(known)) if waits else None,
        "reject": WhyForm() if waits else None,
        "hand_over": OwnerForm(user=user) if waits else None,
    }
    return render(request, "channel_manager/registration.html", context)


def _recruited(known: Sequence[Likeness]) -> Partner | None:
    """The likeliest partner that is being recruited."""
    partners = (each.record for each in known if isinstance(each.record, Partner))
    return next((partner for partner in partners if partner.status_now == Status.RECRUITED), None)


@requires(*MANAGERS)
@require_POST
def approval(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    found = registration_named(user, uuid)
    form = ApprovalForm(request.POST, user=user)

    def act() -> HttpResponse:
        partner = registrations.approve(
            found,
            into=form.cleaned_data["into"],
            why=form.cleaned_data["why"],
            actor=user,
            now=timezone.now(),
            link=joining(request),
        )
        said = {"partner": partner, "person": found.contact_name}
        messages.success(request, _("%(partner)s is a partner now; %(person)s is invited.") % said)
        return redirect("channel:partner", partner.uuid)

    if not form.is_valid():
        return _refused(request, found, _("This choice does not stand any more. Nothing was decided."))
    return _done(request, found, act)


@requires(*MANAGERS)
@require_POST
def rejection(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    found = registration_named(user, uuid)

    def act() -> HttpResponse:
        registrations.reject(found, reason=request.POST.get("why", "")[:400], actor=user, now=timezone.now())
        messages.success(request, _("The registration is rejected; %(company)s reads why.") % {"company": found})
        return redirect("channel:registration", found.uuid)

    return _done(request, found, act)


@requires(*MANAGERS)
@require_POST
def owner(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    found = registration_named(user, uuid)
    form = OwnerForm(request.POST, user=user)

    def act() -> HttpResponse:
        registrations.hand_over(found.approval, owner=form.cleaned_data["owner"])
        messages.success(request, _("%(person)s decides from now on.") % {"person": form.cleaned_data["owner"]})
        return redirect("channel:registration", found.uuid)

    if not form.is_valid():
        return _refused(request, found, _("Choose a channel manager."))
    return _done(request, found, act)


def _done(request: HttpRequest, found: Registration, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Acts and leads on, or says why not; two people may have decided at once."""
    try:
        return act()
    except (ApprovalRefused, InvitationRefused, StepRefused) as refused:
        return _refused(request, found, str(refused))
    except IntegrityError:
        return _refused(request, found, _("Somebody else changed this at the same moment. Nothing was decided."))


def _refused(request: HttpRequest, found: Registration, said: str) -> HttpResponse:
    messages.error(request, said)
    return redirect("channel:registration", found.uuid)
