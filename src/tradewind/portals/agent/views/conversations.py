"""The list of conversations and its exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.decisions.models import Answer
from tradewind.crm.identity.models import User
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.toolkit.models import SKIPPED
from tradewind.portals.agent.forms import ConversationFilters
from tradewind.portals.agent.rights import DESK, MANAGERS
from tradewind.portals.ui.export import FORMATS, Row, download, export_url
from tradewind.portals.ui.person import person

PAGE = 25
CONVERSATION = "decided_offer__decision__conversation_link__conversation"


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation with what came of its offers."""

    conversation: Conversation
    answered: int
    accepted: int


@requires(*DESK)
@require_safe
def conversation_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    filters = ConversationFilters(request.GET, user=user)
    page = Paginator(filters.conversations(), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "agent/conversations.html",
        {
            "filters": filters,
            "page": page,
            "lines": _lines(list(page), user=user),
            "sees_all": user.has_role(*MANAGERS),
            "csv_url": export_url(request, "agent:conversation-export", "csv"),
            "xlsx_url": export_url(request, "agent:conversation-export", "xlsx"),
        },
    )


@requires(*DESK)
@require_safe
def conversation_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same conversations as the list with the same address, all pages of it."""
    if form not in FORMATS:
        raise Http404
    filters = ConversationFilters(request.GET, user=person(request))
    head = [
        _("Started"),
        _("Ended"),
        _("Customer number"),
        _("Customer"),
        _("Reason"),
        _("Channel"),
        _("Language"),
        _("Agent"),
        _("Outcome of the call"),
        _("Note"),
    ]
    return download(form, "conversations", head, _export_rows(filters))


def _lines(conversations: Sequence[Conversation], *, user: User) -> list[Line]:
    """Two figures for each, from one query."""
    answered: Counter[int] = Counter()
    accepted: Counter[int] = Counter()
    standing = scope(user, Answer).filter(replaced_at=None, final=True).exclude(outcome__name=SKIPPED)
    said = standing.filter(**{f"{CONVERSATION}__in": [one.pk for one in conversations]})
    for pk, reward in said.values_list(CONVERSATION, "outcome__reward"):
        answered[pk] += 1
        accepted[pk] += reward >= 1
    return [Line(one, answered[one.pk], accepted[one.pk]) for one in conversations]


def _export_rows(filters: ConversationFilters) -> Iterator[Row]:
    for one in filters.conversations().iterator(chunk_size=500):
        yield (
            one.started_at,
            one.ended_at,
            one.customer.number,
            one.customer.name,
            str(one.reason or ""),
            one.get_channel_display(),
            one.get_language_display(),
            str(one.agent),
            str(one.wrap_up or ""),
            one.note,
        )
