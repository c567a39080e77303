"""User groups: the list, and a group with its members and rights."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.access.models import AccessGroup, AccessGroupMember, AccessRight
from tradewind.portals.administrator.forms.filters import in_force
from tradewind.portals.administrator.forms.group import GroupForm, MemberForm
from tradewind.portals.administrator.rights import ADMINISTRATORS
from tradewind.portals.administrator.views.records import group_named
from tradewind.portals.ui.person import person

PAGE = 25


@requires(*ADMINISTRATORS)
@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    groups = scope(person(request), AccessGroup).annotate(
        member_count=Count("members", filter=Q(members__ended_at=None), distinct=True),
        right_count=Count("rights", filter=in_force(timezone.now(), "rights__"), distinct=True),
    )
    for word in text.split():
        groups = groups.filter(Q(name__icontains=word) | Q(name_ro__icontains=word) | Q(code__icontains=word))
    page = Paginator(groups.order_by("name", "code"), PAGE).get_page(request.GET.get("page"))
    return render(request, "administrator/groups.html", {"page": page, "text": text})


@requires(*ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def group_create(request: HttpRequest) -> HttpResponse:
    return saved_or_shown(request, AccessGroup())


@requires(*ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: HttpRequest, code: str) -> HttpResponse:
    return saved_or_shown(request, group_named(person(request), code))


def saved_or_shown(request: HttpRequest, group: AccessGroup) -> HttpResponse:
    name = str(group) if group.pk else ""
    form = GroupForm(request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("%(group)s is saved.") % {"group": saved})
        return redirect("administrator:group-edit", saved.code)
    return shown(request, group, form=form, name=name)


def shown(request: HttpRequest, group: AccessGroup, *, name: str, **forms: Any) -> HttpResponse:
    """The group's page; `forms` brings the one that was posted."""
    user = person(request)
    members = {"form": GroupForm(instance=group), "member_form": MemberForm(user=user)} | forms
    is_faulty = any(form.errors for form in members.values())
    context = {"name": name, **(around(request, group) if group.pk else {}), **members}
    return render(request, "administrator/group.html", context, status=422 if is_faulty else 200)


def around(request: HttpRequest, group: AccessGroup) -> dict[str, Any]:
    user, now = person(request), timezone.now()
    members = scope(user, AccessGroupMember.objects.current()).filter(group=group).select_related("user", "added_by")
    rights = scope(user, AccessRight.objects.in_force(now)).filter(group=group).select_related("rule", "group")
    page = Paginator(members.order_by("user__name", "pk"), PAGE).get_page(request.GET.get("page"))
    return {"group": group, "page": page, "rights": rights, "now": now}
