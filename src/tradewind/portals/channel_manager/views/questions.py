"""What partners wrote and nobody has answered yet, the longest wait first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.desks import DESKS
from tradewind.portals.channel_manager.rights import READERS
from tradewind.portals.ui.duties import Duty
from tradewind.portals.ui.figures import moment
from tradewind.portals.ui.person import person

SHOWN = 8


@requires(*READERS)
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """A piece of the home that comes by itself; without scripts a page of its own."""
    first = sorted(_waiting(person(request)), key=lambda pair: pair[0])[:SHOWN]
    is_piece = request.headers.get("HX-Request") == "true"
    template = "channel_manager/_questions.html" if is_piece else "channel_manager/questions.html"
    return render(request, template, {"todo": [duty for _at, duty in first]})


def _waiting(user: User) -> Iterator[tuple[dt.datetime, Duty]]:
    for desk in DESKS:
        rows = desk.whole(scope(user, desk.shelf.model)).filter(asked_at__isnull=False)
        for record in rows.order_by("asked_at", "pk")[:SHOWN]:
            yield (
                record.asked_at,
                Duty(
                    moment(record.asked_at),
                    str(record.partner or _("A partner")),
                    f"{desk.words.one}: {record}",
                    reverse(f"channel:{desk.name}", args=[record.pk]),
                    pgettext("button", "Answer"),
                    "warn",
                ),
            )
