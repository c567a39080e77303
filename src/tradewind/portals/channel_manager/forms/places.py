"""Territories, and how a partner appears in the store locator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.channel.models import Partner, Status, StoreEntry
from tradewind.crm.channel.territories import read_areas
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Territory
from tradewind.crm.parties.models.territory import LONGEST_AREA
from tradewind.portals.channel_manager.forms.partners import offer

if TYPE_CHECKING:
    TerritoryModelForm = forms.ModelForm[Territory]
    StoreModelForm = forms.ModelForm[StoreEntry]
    PartnerChoice = forms.ModelChoiceField[Partner]
else:
    TerritoryModelForm = StoreModelForm = forms.ModelForm
    PartnerChoice = forms.ModelChoiceField


class TerritoryForm(TerritoryModelForm):
    areas = forms.CharField(
        label=_("Postcode areas"),
        help_text=_("The beginnings of postcodes, for example NW1, N7 or 70."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    class Meta:
        model = Territory
        fields = ("name", "code")

    def __init__(self, *given: Any, **how: Any) -> None:
        super().__init__(*given, **how)
        if self.instance.pk:
            self.fields["code"].disabled = True
            self.fields["areas"].initial = ", ".join(self.instance.areas.values_list("area", flat=True))

    def clean_areas(self) -> list[str]:
        areas = read_areas(self.cleaned_data["areas"])
        long = [area for area in areas if len(area) > LONGEST_AREA]
        if long or not areas:
            raise forms.ValidationError(_("Write the beginnings of postcodes, separated by commas."))
        return areas


class HolderForm(forms.Form):
    partner = PartnerChoice(None, to_field_name="uuid", empty_label=None, label=_("Partner"))

    def __init__(self, *given: Any, user: User, territory: Territory) -> None:
        super().__init__(*given)
        working = Partner.objects.in_status(Status.APPROVED, Status.ONBOARDING, Status.ACTIVE)
        held = territory.holders.current().values("organisation")
        rows = scope(user, working.select_related("organisation"), ActionGroup.WRITE)
        offer(self, "partner", rows.exclude(organisation__in=held).order_by("organisation__name_key", "pk"))


class StoreForm(StoreModelForm):
    class Meta:
        model = StoreEntry
        fields = ("street", "postcode", "city", "phone", "hours", "services")

    def changed_labels(self) -> list[str]:
        return [str(self.fields[name].label) for name in self.changed_data]


class ParentForm(forms.Form):
    parent = PartnerChoice(
        None, required=False, to_field_name="uuid", empty_label=_("Nobody: it is the head"), label=_("Belongs to")
    )

    def __init__(self, *given: Any, rows: QuerySet[Partner]) -> None:
        super().__init__(*given)
        offer(self, "parent", rows)


class BuyerForm(forms.Form):
    buyer = PartnerChoice(None, to_field_name="uuid", empty_label=None, label=_("Supplies"))

    def __init__(self, *given: Any, rows: QuerySet[Partner]) -> None:
        super().__init__(*given)
        offer(self, "buyer", rows)


def partners_to_relate(user: User) -> QuerySet[Partner]:
    """Those that this person may put in relation to others."""
    rows = Partner.objects.select_related("organisation").order_by("organisation__name_key", "pk")
    return scope(user, rows, ActionGroup.WRITE)
