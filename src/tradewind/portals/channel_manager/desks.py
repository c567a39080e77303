"""What partners work on, as the brand owner follows it: the records of the partners' shelves, with whose they are.

Lists hold the work of all partners, so they sort by what an index holds and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tradewind.portals.partner.shelves import LEADS, OPPORTUNITIES, ORDERS, TICKETS, Shelf, Text


@dataclass(frozen=True, slots=True)
class Desk:
    """One kind of record; a shelf seen from the other side."""

    shelf: Shelf
    sorts: Mapping[str, str]
    empty_text: Text
    hands: bool = True
    """May the brand owner give it to another partner?"""

    @property
    def name(self) -> str:
        return self.shelf.name

    @property
    def slug(self) -> str:
        return self.shelf.slug

    @property
    def words(self) -> Any:
        return self.shelf.words

    def whole(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with the names that a line says."""
        return rows.select_related("partner", "assigned_to", *self.shelf.beside)


DESKS: Final[Sequence[Desk]] = (
    Desk(
        shelf=LEADS,
        sorts={"name": "search_key", "created": "created_at", "asked": "asked_at"},
        empty_text=_("Leads of all partners are listed here, with those that no partner has yet."),
    ),
    Desk(
        shelf=OPPORTUNITIES,
        sorts={"created": "created_at", "asked": "asked_at"},
        empty_text=_("A lead becomes an opportunity once a partner has a sale in sight."),
    ),
    Desk(
        shelf=ORDERS,
        sorts={"name": "number", "created": "created_at", "asked": "asked_at"},
        empty_text=_("What partners order for their stock and for customers is listed here."),
        hands=False,
    ),
    Desk(
        shelf=TICKETS,
        sorts={"name": "number", "created": "created_at", "asked": "asked_at"},
        empty_text=_("What partners report for themselves and for their customers is listed here."),
    ),
)
