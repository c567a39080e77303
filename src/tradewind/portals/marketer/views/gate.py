"""The publish gate: how it is set, and who set it how before."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradewind.crm.access import requires, scope
from tradewind.crm.decisions import operations
from tradewind.crm.decisions.models import Gate
from tradewind.crm.identity.models import Role
from tradewind.portals.marketer.forms.gate import GateForm
from tradewind.portals.ui.person import person

if TYPE_CHECKING:
    from tradewind.crm.decisions.models.gate import GateQuerySet

ROWS_SHOWN = 20


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest) -> HttpResponse:
    user = person(request)
    rows = cast("GateQuerySet", scope(user, Gate))
    form = GateForm(request.POST or None, initial=GateForm.as_typed(rows.in_force()))
    if request.method == "POST" and form.is_valid():
        operations.set_gate(mode=form.cleaned_data["mode"], margin=form.margin, actor=user, now=timezone.now())
        messages.success(request, _("The publish gate is set."))
        return redirect("marketer:gate")
    context = {"form": form, "rows": rows.select_related("set_by")[:ROWS_SHOWN]}
    return render(request, "marketer/gate.html", context, status=422 if form.errors else 200)
