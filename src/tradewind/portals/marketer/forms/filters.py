"""What narrows a list, kept in the URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradewind.crm.access import scope
from tradewind.crm.decisions.models import Stop
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign, Offer, OfferGroup, Status
from tradewind.crm.toolkit.models import Channel, Placement
from tradewind.portals.marketer.forms.choices import offer_rows

if TYPE_CHECKING:
    from tradewind.crm.marketing.models.offer import OfferQuerySet

    GroupChoice = forms.ModelChoiceField[OfferGroup]
    CampaignChoice = forms.ModelChoiceField[Campaign]
else:
    GroupChoice = CampaignChoice = forms.ModelChoiceField

SORTS: dict[str, tuple[str, ...]] = {
    "code": ("code",),
    "title": ("title", "code"),
    "status": ("status_now", "code"),
    "group": ("group__position", "group__name", "code"),
    "starts": ("starts_at", "code"),
    "ends": ("ends_at", "code"),
    "value": ("value", "code"),
}
FIRST_SORT = "code"
STOPPED = "stopped"
"""An offer in any status may be stopped; the list is narrowed to those as if it were one."""


def _with_any(label: str | Promise, choices: Any) -> list[tuple[str, str | Promise]]:
    return [("", label), *choices]


class OfferFilters(forms.Form):
    """A bound form over the query string; what makes no sense there narrows nothing."""

    q = forms.CharField(required=False, max_length=200, label=_("Search"), widget=forms.SearchInput)
    status = forms.ChoiceField(
        required=False,
        label=_("Status"),
        choices=_with_any(_("Any"), [*Status.choices, (STOPPED, _("Stopped in an emergency"))]),
    )
    channel = forms.ChoiceField(required=False, label=_("Channel"), choices=_with_any(_("Any"), Channel.choices))
    display = forms.ChoiceField(
        required=False,
        label=pgettext_lazy("display option", "Shown"),
        choices=_with_any(_("Any"), Offer.Display.choices),
    )
    group = GroupChoice(None, required=False, to_field_name="code", empty_label=_("Any"), label=_("Group"))
    campaign = CampaignChoice(None, required=False, to_field_name="code", empty_label=_("Any"), label=_("Campaign"))
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, *, user: User) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.user = user
        offer_rows(self, "campaign", scope(user, Campaign))
        offer_rows(self, "group", scope(user, OfferGroup))
        self.full_clean()

    @property
    def narrows(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")

    def offers(self) -> QuerySet[Offer]:
        """The offers this person may see that fit, in the order asked for, ready to be listed."""
        wanted = self.cleaned_data
        offers = cast("OfferQuerySet", scope(self.user, Offer)).with_status()
        offers = offers.annotate(
            stop=FilteredRelation("stops", condition=Q(stops__ended_at__isnull=True)), stopped_at=F("stop__started_at")
        )
        if wanted.get("q"):
            offers = offers.search(wanted["q"])
        if wanted.get("status") == STOPPED:
            offers = offers.filter(pk__in=scope(self.user, Stop).filter(ended_at=None).values("offer"))
        elif wanted.get("status"):
            offers = offers.in_status(wanted["status"])
        if wanted.get("channel"):
            there = scope(self.user, Placement).filter(channel=wanted["channel"])
            offers = offers.filter(pk__in=there.values("offers"))
        for name in ("display", "group", "campaign"):
            if wanted.get(name):
                offers = offers.filter(**{name: wanted[name]})
        return offers.select_related("campaign", "group").prefetch_related("placements").order_by(*self._order())

    def _order(self) -> list[str]:
        asked: str = self.cleaned_data.get("sort") or FIRST_SORT
        first, *others = SORTS.get(asked.removeprefix("-"), SORTS[FIRST_SORT])
        return [f"-{first}" if asked.startswith("-") else first, *others]
