"""A campaign's form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign
from tradewind.portals.marketer.forms.choices import mark_nothing, offer_rows
from tradewind.portals.marketer.rights import WRITERS

if TYPE_CHECKING:
    CampaignModelForm = forms.ModelForm[Campaign]
else:
    CampaignModelForm = forms.ModelForm


def day_box() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CampaignForm(CampaignModelForm):
    class Meta:
        model = Campaign
        fields = ("name", "code", "type", "objective", "tactic", "priority", "start_date", "end_date", "owner")
        widgets: ClassVar[dict[str, Any]] = {"start_date": day_box(), "end_date": day_box()}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mark_nothing(self)
        holders = scope(user, User).filter(role_assignments__role__in=WRITERS, role_assignments__ended_at=None)
        offer_rows(self, "owner", holders.distinct())
        self.fields["code"].help_text = _("Small letters, digits and hyphens; stays for good.")
        self.fields["code"].disabled = bool(self.instance.pk)
