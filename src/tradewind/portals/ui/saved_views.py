"""Views of lists that people keep: which lists can have some, what of an address is kept, and what a page offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse

from tradewind.crm.access import scope
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import SavedView
from tradewind.crm.parties.models.saved_view import LONGEST_QUERY
from tradewind.portals.ui.navigation import portals_of

NEVER_KEPT: Final = ("page", "csrfmiddlewaretoken")
LIST: Final = "-list"
"""How the names of lists end."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A kept view as the list shows it."""

    pk: int
    name: str
    url: str
    is_current: bool
    is_shared: bool
    is_own: bool


def kept_query(text: str) -> str:
    """What of an address makes a view: filters that say something and the order, always in the same sequence.

    >>> kept_query("q=&state=active&page=3&sort=-name")
    'sort=-name&state=active'
    """
    given = QueryDict(text)
    kept = QueryDict(mutable=True)
    for name in sorted(given):
        values = [value for value in given.getlist(name) if value]
        if name not in NEVER_KEPT and values:
            kept.setlist(name, values)
    return kept.urlencode() if len(kept.urlencode()) <= LONGEST_QUERY else ""


def list_url(user: User, page: str) -> str:
    """The address of a list of a portal that this person may enter; empty for anything else."""
    namespace, _colon, name = page.partition(":")
    if not name.endswith(LIST) or namespace not in {portal.code for portal in portals_of(user)}:
        return ""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def offered(request: HttpRequest, user: User, page: str) -> Sequence[Offered]:
    """The views of a list that this person has kept, and those that colleagues share."""
    here, base = kept_query(request.GET.urlencode()), reverse(page)
    return [
        Offered(row.pk, row.name, f"{base}?{row.query}", row.query == here, row.is_shared, row.owner_id == user.pk)
        for row in scope(user, SavedView).filter(page=page).order_by("name", "pk")
    ]
