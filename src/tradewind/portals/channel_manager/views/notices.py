"""Notices to partners, with documents, aimed by what partners are."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.models import Notice
from tradewind.portals.channel_manager.forms.notices import NoticeForm
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.person import person
from tradewind.portals.ui.uploads import hand_out

PAGE = 25
AIMS = ("types", "programmes", "tiers", "certifications")


@requires(*READERS)
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    rows = scope(user, Notice.objects.latest_first()).select_related("for_partner__organisation", "file")
    page = Paginator(rows.prefetch_related(*AIMS), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "today": today, "may_write": user.has_role(*MANAGERS), "at": "notices"}
    return render(request, "channel_manager/notices.html", context)


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_create(request: HttpRequest) -> HttpResponse:
    user = person(request)
    return _written(request, Notice(written_by=user, written_at=timezone.now(), starts_date=timezone.localdate()))


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _written(request, get_object_or_404(scope(person(request), Notice).select_related("file"), pk=pk))


@requires(*MANAGERS)
@require_POST
def notice_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Partners read it no longer from tomorrow; one that has not begun is read by nobody."""
    user = person(request)
    notice = get_object_or_404(scope(user, Notice), pk=pk)
    if not notice.end(on_date=timezone.localdate(), actor=user, now=timezone.now()):
        messages.info(request, _("It is over already. Nothing was changed."))
    elif notice.is_withdrawn:
        messages.success(request, _("It is withdrawn: partners do not get to read it."))
    else:
        messages.success(request, _("Partners read it until the end of the day."))
    return redirect("channel:notice-list")


@requires(*READERS)
@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    notice = get_object_or_404(scope(person(request), Notice).select_related("file"), pk=pk)
    if notice.file is None:
        raise Http404
    return hand_out(notice.file)


def _written(request: HttpRequest, notice: Notice) -> HttpResponse:
    """The form; what was withdrawn stands again once it is written anew."""
    user = person(request)
    form = NoticeForm(request.POST or None, request.FILES or None, instance=notice, user=user)
    if request.method == "POST" and form.is_valid():
        paper = form.cleaned_data["paper"]
        with transaction.atomic():
            if paper:
                notice.carry(paper, actor=user, now=timezone.now())
            notice.is_withdrawn = False
            form.save()
        messages.success(request, _("The notice is kept."))
        return redirect("channel:notice-list")
    context = {"form": form, "notice": notice if notice.pk else None}
    return render(request, "channel_manager/notice_form.html", context, status=422 if form.errors else 200)
