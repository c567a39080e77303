"""One contract: what was agreed, and the signed paper in all its versions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.access import ActionGroup, requires, scope
from tradewind.crm.channel.models import Contract, ContractDocument
from tradewind.portals.channel_manager.forms.programme import PaperForm
from tradewind.portals.channel_manager.records import partner_named
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.person import person
from tradewind.portals.ui.uploads import hand_out


@requires(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """The contract with its papers; a manager brings the next version in."""
    user, writes = person(request), request.method == "POST"
    if writes and not user.has_role(*MANAGERS):
        raise Http404
    partner = partner_named(user, uuid, ActionGroup.WRITE if writes else ActionGroup.READ)
    found = get_object_or_404(scope(user, Contract).filter(partner=partner), pk=pk)
    form = PaperForm(request.POST, request.FILES) if writes else PaperForm()
    if writes and form.is_valid():
        said = form.cleaned_data
        kept = found.file_in(said["file"], note=said["note"], actor=user, now=timezone.now())
        messages.success(request, _("Version %(version)s is kept.") % {"version": kept.version})
        return redirect("channel:contract", partner.uuid, found.pk)
    context = {
        "partner": partner,
        "contract": found,
        "in_force": found.is_in_force(on_date=timezone.localdate()),
        "papers": scope(user, ContractDocument).filter(contract=found).select_related("file__uploaded_by"),
        "form": form,
        "may_write": user.has_role(*MANAGERS),
    }
    return render(request, "channel_manager/contract.html", context, status=422 if form.errors else 200)


@requires(*READERS)
@require_safe
def document(request: HttpRequest, uuid: UUID) -> FileResponse:
    papers = scope(person(request), ContractDocument).select_related("file")
    return hand_out(get_object_or_404(papers, file__uuid=uuid).file)
