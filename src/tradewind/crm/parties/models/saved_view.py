"""A list as somebody likes to look at it: its filters and order under a name, kept for oneself or for the company."""

from __future__ import annotations

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.parties.models.organisation import Organisation

LONGEST_QUERY: Final = 500
MOST_OF_ONE_LIST: Final = 20
"""Views that a person keeps of one list at one company."""


class SavedView(models.Model):
    """It belongs to the company for which the person acted when it was kept, and is seen while acting for it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", verbose_name=_("owner")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    page = models.CharField(_("list"), max_length=80)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters and order"), max_length=LONGEST_QUERY)
    is_shared = models.BooleanField(_("for the whole company"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering: ClassVar[list[str]] = ["name", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "page", "name"], name="saved_view_of_list")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "organisation", "page", "name"], name="a_view_once_a_name"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(query="") & ~Q(page=""), name="saved_view_says_what"),
        ]

    def __str__(self) -> str:
        return self.name
