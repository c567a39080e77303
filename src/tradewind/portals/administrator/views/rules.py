"""Access rules: the list with its exports, and a rule's sheet with its dry run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.access.derivations import object_type_named
from tradewind.crm.access.lockout import LockedOutError
from tradewind.crm.access.models import AccessRight, AccessRule
from tradewind.crm.access.operations import change_rule, create_rule
from tradewind.crm.access.what_if import Change, Effect, what_if
from tradewind.portals.administrator.forms.filters import RuleFilters
from tradewind.portals.administrator.forms.right import HoldingForm
from tradewind.portals.administrator.forms.rule import RuleForm
from tradewind.portals.administrator.rights import ADMINISTRATORS
from tradewind.portals.administrator.views.records import rule_named
from tradewind.portals.administrator.wording import (
    filter_label,
    of_object_label,
    of_user_label,
    type_choices,
    type_label,
)
from tradewind.portals.ui.export import FORMATS, Row, download, export_url
from tradewind.portals.ui.person import person

PAGE = 25
TRY = "try"


@requires(*ADMINISTRATORS)
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    filters = RuleFilters(request.GET, user=person(request), now=timezone.now())
    page = Paginator(filters.rules(), PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "csv_url": export_url(request, "administrator:rule-export", "csv"),
        "xlsx_url": export_url(request, "administrator:rule-export", "xlsx"),
    }
    return render(request, "administrator/rules.html", context)


@requires(*ADMINISTRATORS)
@require_safe
def rule_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same rules as the list with the same address, all pages of it."""
    if form not in FORMATS:
        raise Http404
    filters = RuleFilters(request.GET, user=person(request), now=timezone.now())
    head = [
        _("Code"),
        _("Name"),
        _("Objects"),
        _("Actors of the user"),
        _("Actors of the object"),
        _("Only those that"),
        _("Rights in force"),
    ]
    return download(form, "access-rules", head, export_rows(filters))


def export_rows(filters: RuleFilters) -> Iterator[Row]:
    for rule in filters.rules().iterator(chunk_size=500):
        kind, of_user, of_object, only = rule.names
        yield (
            rule.code,
            str(rule),
            type_label(kind),
            of_user_label(of_user),
            of_object_label(kind, of_object),
            filter_label(kind, only) if only else "",
            getattr(rule, "rights_now", 0),
        )


@requires(*ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def rule_create(request: HttpRequest) -> HttpResponse:
    """A new rule, with the rights that are to come with it; first of all which objects it is about."""
    model = object_type_named(request.GET.get("kind", ""))
    if model is None:
        return render(request, "administrator/rule_type.html", {"types": type_choices()})
    rule = AccessRule(object_type=model._meta.label_lower)
    sheet = RuleForm(request.POST or None, instance=rule, model=model)
    rights = HoldingForm(request.POST or None, user=person(request), optional=True, prefix="right")
    if request.method != "POST" or not all([sheet.is_valid(), rights.is_valid()]):
        return shown(request, sheet, rights)
    if TRY in request.POST:
        return tried(request, sheet, rights, Change(rule=rule, grants=rights.rights(rule)))
    return created(request, sheet, rights, now=timezone.now())


def created(request: HttpRequest, sheet: RuleForm, rights: HoldingForm, *, now: datetime) -> HttpResponse:
    user, why = person(request), sheet.cleaned_data["why"]
    try:
        with transaction.atomic():
            rule = create_rule(sheet.instance, actor=user, now=now, why=why)
            rights.grant(rule, actor=user, now=now, why=why)
    except ValidationError as fault:
        sheet.add_error(None, fault.messages)
        return shown(request, sheet, rights)
    messages.success(request, _("%(rule)s is saved.") % {"rule": rule})
    return redirect("administrator:rule-edit", rule.code)


@requires(*ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: HttpRequest, code: str) -> HttpResponse:
    rule = rule_named(person(request), code)
    model = object_type_named(rule.object_type)
    if model is None:
        raise Http404
    name = str(rule)
    sheet = RuleForm(request.POST or None, instance=rule, model=model)
    if request.method != "POST" or not sheet.is_valid():
        return shown(request, sheet, name=name)
    if TRY in request.POST:
        return tried(request, sheet, None, Change(rule=rule), name=name)
    if sheet.is_stale:
        sheet.renew()
        return shown(request, sheet, name=name, status=409)
    return changed(request, sheet, name=name)


def changed(request: HttpRequest, sheet: RuleForm, *, name: str) -> HttpResponse:
    rule, why = sheet.instance, sheet.cleaned_data["why"]
    try:
        change_rule(rule, actor=person(request), now=timezone.now(), why=why, **sheet.said())
    except LockedOutError as refused:
        sheet.add_error(None, str(refused))
    except ValidationError as fault:
        sheet.add_error(None, fault.messages)
    else:
        messages.success(request, _("%(rule)s is saved.") % {"rule": rule})
        return redirect("administrator:rule-edit", rule.code)
    return shown(request, sheet, name=name)


def tried(
    request: HttpRequest, sheet: RuleForm, rights: HoldingForm | None, change: Change, *, name: str = ""
) -> HttpResponse:
    """The sheet again, with what saving it would do. Nothing is written."""
    return shown(request, sheet, rights, name=name, effects=what_if(change, at=timezone.now()), is_tried=True)


def shown(
    request: HttpRequest,
    sheet: RuleForm,
    rights: HoldingForm | None = None,
    *,
    effects: list[Effect] | None = None,
    name: str = "",
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    is_faulty = bool(sheet.errors or (rights and rights.errors))
    context = {
        "form": sheet,
        "rights_form": rights,
        "forms": [form for form in (rights,) if form],
        "name": name,
        "type": type_label(sheet.instance.object_type),
        "effects": effects,
        **(around(request, sheet.instance) if sheet.instance.pk else {}),
        **more,
    }
    return render(request, "administrator/rule.html", context, status=status or (422 if is_faulty else 200))


def around(request: HttpRequest, rule: AccessRule) -> dict[str, Any]:
    """What stands beside the sheet of a rule that exists already."""
    now = timezone.now()
    rights = scope(person(request), AccessRight.objects.in_force(now)).filter(rule=rule).select_related("rule", "group")
    return {
        "code": rule.code,
        "rights": rights,
        "now": now,
        "versions": rule.history.select_related("history_user")[:8],
    }
