"""The list of a shelf, narrowed and sorted by its address, and the same rows as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, OrderBy, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tradewind.crm.access import ActionGroup, may, requires, scope
from tradewind.crm.identity.models import User
from tradewind.portals.partner.forms import RecordFilters
from tradewind.portals.partner.pages import colleagues_of, show
from tradewind.portals.partner.rights import PARTNER
from tradewind.portals.partner.shelves import Line, Shelf
from tradewind.portals.ui.export import FORMATS, Row, download, export_url
from tradewind.portals.ui.person import person

PAGE = 25


@requires(*PARTNER)
@require_safe
def record_list(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    user = person(request)
    people = colleagues_of(user)
    filters = filters_of(request, shelf, user, people)
    page = Paginator(narrowed(shelf, filters, scope(user, shelf.model)), PAGE).get_page(request.GET.get("page"))
    exports = scope(user, shelf.model, ActionGroup.EXPORT).exists()
    return show(
        request,
        "partner/records.html",
        {
            "shelf": shelf,
            "filters": filters,
            "page": page,
            "lines": lines(shelf, page, people),
            "list_url": reverse(f"partner:{shelf.name}-list"),
            "new_url": reverse(f"partner:{shelf.name}-create") if may(user, f"{shelf.name}.create") else "",
            "record_view": f"partner:{shelf.name}",
            "csv_url": export_url(request, f"partner:{shelf.name}-export", "csv") if exports else "",
            "xlsx_url": export_url(request, f"partner:{shelf.name}-export", "xlsx") if exports else "",
        },
    )


@requires(*PARTNER)
@require_safe
def record_export(request: HttpRequest, shelf: Shelf, form: str) -> HttpResponse:
    """The rows of the list with the same address that this person may take out of the house, all pages of it."""
    user = person(request)
    rows = scope(user, shelf.model, ActionGroup.EXPORT)
    if form not in FORMATS or not rows.exists():
        raise Http404
    people = colleagues_of(user)
    words = shelf.words
    head = [str(words.one), _("Details"), str(words.about), str(words.minor or _("Amount")), _("Currency")]
    head += [_("Status"), _("Assigned to"), _("Since")]
    found = narrowed(shelf, filters_of(request, shelf, user, people), rows)
    return download(form, shelf.slug, head, export_rows(shelf, found, people))


def filters_of(request: HttpRequest, shelf: Shelf, user: User, people: dict[int, User]) -> RecordFilters:
    return RecordFilters(request.GET, find=shelf.words.find, states=shelf.states, people=people, user=user)


def narrowed(shelf: Shelf, filters: RecordFilters, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows that fit, in the order asked for."""
    wanted = filters.cleaned_data
    if wanted.get("q"):
        rows = shelf.find(rows, wanted["q"])
    if wanted.get("state"):
        states = shelf.model.OPEN if wanted["state"] == "active" else [wanted["state"]]
        rows = rows.filter(**{f"{shelf.model.STATE}__in": states})
    if wanted.get("owner"):
        owner = {"me": filters.user.pk, "nobody": None}.get(wanted["owner"], wanted["owner"])
        rows = rows.filter(assigned_to=owner)
    return shelf.whole(rows).order_by(_order(shelf, wanted.get("sort", "")), "-pk")


def _order(shelf: Shelf, asked: str) -> OrderBy:
    column = F(shelf.sorts.get(asked.removeprefix("-"), "created_at"))
    known = asked.removeprefix("-") in shelf.sorts
    return column.desc() if asked.startswith("-") or not known else column.asc()


def lines(shelf: Shelf, records: Any, people: Mapping[int, User]) -> list[Line]:
    return [shelf.line(record, str(people.get(record.assigned_to_id, ""))) for record in records]


def export_rows(shelf: Shelf, rows: QuerySet[Any], people: Mapping[int, User]) -> Iterator[Row]:
    for record in rows.iterator(chunk_size=500):
        line = shelf.line(record, str(people.get(record.assigned_to_id, "")))
        amount = None if line.minor is None else line.minor / 100
        about = line.about if line.about is None else str(line.about)
        yield line.title, line.sub, about, amount, line.currency, line.state, line.with_whom, line.created_at
