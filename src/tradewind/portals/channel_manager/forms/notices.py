"""What the channel manager tells partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.channel.models import Certification, Notice, PartnerType, Programme, Tier
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.forms.partners import offer
from tradewind.portals.channel_manager.forms.places import partners_to_relate
from tradewind.portals.channel_manager.forms.programme import day_box
from tradewind.portals.ui.uploads import DocumentField

if TYPE_CHECKING:
    NoticeModelForm = forms.ModelForm[Notice]
    TierChoices = forms.ModelMultipleChoiceField[Tier]
else:
    NoticeModelForm, TierChoices = forms.ModelForm, forms.ModelMultipleChoiceField


class TiersField(TierChoices):
    def label_from_instance(self, obj: Tier) -> str:
        return f"{obj.programme}: {obj}"


class NoticeForm(NoticeModelForm):
    paper = DocumentField(required=False, label=_("Document"))
    tiers = TiersField(
        None, required=False, widget=forms.CheckboxSelectMultiple, label=_("Partners that have reached the tier")
    )

    class Meta:
        model = Notice
        fields = (
            "title",
            "body",
            "title_ro",
            "body_ro",
            "starts_date",
            "ends_date",
            "types",
            "programmes",
            "tiers",
            "certifications",
            "for_partner",
        )
        widgets: ClassVar[dict[str, Any]] = {
            "body": forms.Textarea(attrs={"rows": 6}),
            "body_ro": forms.Textarea(attrs={"rows": 6}),
            "starts_date": day_box(),
            "ends_date": day_box(),
            "types": forms.CheckboxSelectMultiple,
            "programmes": forms.CheckboxSelectMultiple,
            "certifications": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *given: Any, user: User, **how: Any) -> None:
        super().__init__(*given, **how)
        offer(self, "types", scope(user, PartnerType))
        offer(self, "programmes", scope(user, Programme))
        offer(self, "tiers", scope(user, Tier).select_related("programme"))
        offer(self, "certifications", scope(user, Certification))
        offer(self, "for_partner", partners_to_relate(user))
        one = self.fields["for_partner"]
        if isinstance(one, forms.ModelChoiceField):
            one.empty_label = _("Whoever fits")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("title_ro")) != bool(cleaned.get("body_ro")):
            self.add_error("body_ro", _("Write title and text in Romanian, or neither."))
        return cleaned
