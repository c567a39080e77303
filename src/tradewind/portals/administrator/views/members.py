"""Who belongs to a user group: coming to it and leaving it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tradewind.crm.access import requires, scope
from tradewind.crm.access.lockout import LockedOutError
from tradewind.crm.access.models import AccessGroupMember
from tradewind.crm.access.operations import remove_member
from tradewind.portals.administrator.forms.group import MemberForm
from tradewind.portals.administrator.rights import ADMINISTRATORS
from tradewind.portals.administrator.views.groups import shown
from tradewind.portals.administrator.views.records import group_named
from tradewind.portals.ui.person import person


@requires(*ADMINISTRATORS)
@require_POST
def member_add(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    group = group_named(user, code)
    form = MemberForm(request.POST, user=user)
    if not form.is_valid():
        return shown(request, group, name=str(group), member_form=form)
    group.add(form.cleaned_data["who"], actor=user, now=timezone.now())
    messages.success(request, _("%(user)s belongs to %(group)s.") % {"user": form.cleaned_data["who"], "group": group})
    return redirect("administrator:group-edit", group.code)


@requires(*ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def member_removal(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Asks first: whoever leaves loses what only the group lets them see."""
    user = person(request)
    members = scope(user, AccessGroupMember.objects.current()).select_related("user", "group")
    member = get_object_or_404(members, pk=pk, group__code=code)
    said = {"user": member.user, "group": member.group}
    if request.method == "POST":
        try:
            remove_member(member, actor=user, now=timezone.now())
        except LockedOutError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("%(user)s belongs to %(group)s no longer.") % said)
        return redirect("administrator:group-edit", code)
    question = {
        "title": _("Take %(user)s out of %(group)s?") % said,
        "text": _("With the next page they open, they see nothing any more that only this group let them see."),
        "action": reverse("administrator:member-removal", args=[code, pk]),
        "action_label": _("Take out"),
        "keep_label": _("Leave in the group"),
        "keep_url": reverse("administrator:group-edit", args=[code]),
    }
    return render(request, "ui/confirm_page.html", question)
