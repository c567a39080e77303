"""Basics, worth and eligibility of an offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign, Offer, OfferGroup
from tradewind.crm.toolkit.models import Placement
from tradewind.portals.marketer.forms.choices import mark_nothing, offer_rows
from tradewind.portals.ui.controls import Chips

if TYPE_CHECKING:
    OfferModelForm = forms.ModelForm[Offer]
    PlacementChoice = forms.ModelMultipleChoiceField[Placement]
else:
    OfferModelForm = forms.ModelForm
    PlacementChoice = forms.ModelMultipleChoiceField

LOCAL_MINUTES = "%Y-%m-%dT%H:%M"


def rule_box(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "code", "rows": rows, "spellcheck": "false", "autocapitalize": "off"})


def local_time() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_MINUTES)


class PlacementField(PlacementChoice):
    def label_from_instance(self, obj: Placement) -> str:
        return f"{obj.get_channel_display()}: {obj}"


class OfferForm(OfferModelForm):
    class Meta:
        model = Offer
        fields = (
            "title",
            "code",
            "campaign",
            "purpose",
            "product",
            "group",
            "placements",
            "display",
            "priority",
            "starts_at",
            "ends_at",
            "value",
            "cost",
            "weight",
            "reoffer_after_days",
            "agent_skills",
            "goals",
            "eligibility",
        )
        localized_fields = ("value", "cost", "weight")
        field_classes: ClassVar[dict[str, Any]] = {"placements": PlacementField}
        labels: ClassVar[dict[str, Any]] = {
            "placements": _("Where it may be shown"),
            "reoffer_after_days": _("Offer again after"),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "purpose": Chips,
            "starts_at": local_time(),
            "ends_at": local_time(),
            "placements": forms.CheckboxSelectMultiple,
            "agent_skills": forms.CheckboxSelectMultiple,
            "goals": forms.Textarea(attrs={"rows": 3}),
            "eligibility": rule_box(2),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mark_nothing(self)
        self._offer_what_may_be_chosen(user)
        self._dress()

    def _offer_what_may_be_chosen(self, user: User) -> None:
        offer_rows(self, "campaign", scope(user, Campaign))
        offer_rows(self, "placements", scope(user, Placement))
        offer_rows(self, "group", scope(user, OfferGroup))

    def _dress(self) -> None:
        code = self.fields["code"]
        if self.instance.pk:
            code.disabled = True
            code.help_text = _("Stays for good: answers are counted under it.")
        else:
            code.required = False
            code.help_text = _("Left empty, the next free one is given.")
        for name in ("value", "cost", "weight"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"
        self.fields["reoffer_after_days"].help_text = ""
        self.fields["reoffer_after_days"].widget.attrs["min"] = 0
        self.fields["cost"].help_text = _("In the same unit as the value.")
        self.fields["weight"].help_text = _("Raises or lowers the offer against its peers; 1 changes nothing.")
        self.fields["agent_skills"].help_text = _("Only agents who have them all see the offer.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("purpose") == Offer.Purpose.PRODUCT_OFFER and not cleaned.get("product"):
            self.add_error("product", _("A product offer names its product; choose one, or make it a message."))
        return cleaned
