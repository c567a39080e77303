"""Which rights were in force on a date, by rules as they read then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires
from tradewind.crm.access.review import RightThen, rights_at
from tradewind.portals.administrator.forms.dates import OnDate
from tradewind.portals.administrator.rights import ADMINISTRATORS
from tradewind.portals.administrator.wording import filter_label, of_object_label, of_user_label, reason, type_label
from tradewind.portals.ui.export import FORMATS, Row, download, export_url

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A right of that date in the words of today's readers."""

    then: RightThen
    type: str
    of_user: str
    of_object: str
    only: str


@requires(*ADMINISTRATORS)
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    form = OnDate(request.GET, now=timezone.now())
    context = {
        "form": form,
        "moment": form.moment,
        "page": Paginator(lines(form), PAGE).get_page(request.GET.get("page")),
        "csv_url": export_url(request, "administrator:review-export", "csv"),
        "xlsx_url": export_url(request, "administrator:review-export", "xlsx"),
    }
    return render(request, "administrator/review.html", context, status=422 if form.errors else 200)


def lines(form: OnDate) -> Sequence[Line]:
    return [line(then) for then in rights_at(form.moment)]


def line(then: RightThen) -> Line:
    return Line(
        then=then,
        type=type_label(then.object_type),
        of_user=of_user_label(then.actors_of_user),
        of_object=of_object_label(then.object_type, then.actors_of_object),
        only=filter_label(then.object_type, then.object_filter) if then.object_filter else "",
    )


@requires(*ADMINISTRATORS)
@require_safe
def review_export(request: HttpRequest, form: str) -> HttpResponse:
    if form not in FORMATS:
        raise Http404
    head = [
        _("Who"),
        _("May do"),
        _("Objects"),
        _("Rule"),
        _("Actors of the user"),
        _("Actors of the object"),
        _("Only those that"),
        _("From"),
        _("Until"),
        _("Why"),
    ]
    return download(form, "rights-on-a-date", head, export_rows(OnDate(request.GET, now=timezone.now())))


def export_rows(form: OnDate) -> Iterator[Row]:
    for each in lines(form):
        right = each.then.right
        yield (
            right.holder,
            right.get_action_display(),
            each.type,
            each.then.rule_name,
            each.of_user,
            each.of_object,
            each.only,
            right.starts_at,
            right.ends_at,
            reason(right.why),
        )
