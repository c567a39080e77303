"""What the channel manager writes for partners to send on, and what narrows the list of their campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.channel.models import CampaignMaterial, PartnerType
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.forms.partners import offer

if TYPE_CHECKING:
    MaterialModelForm = forms.ModelForm[CampaignMaterial]
else:
    MaterialModelForm = forms.ModelForm

LONGEST_CODE = 40


class MaterialForm(MaterialModelForm):
    class Meta:
        model = CampaignMaterial
        fields = ("name", "name_ro", "subject", "body", "subject_ro", "body_ro", "for_type", "is_offered")
        widgets: ClassVar[dict[str, Any]] = {
            "body": forms.Textarea(attrs={"rows": 8}),
            "body_ro": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *given: Any, user: User, **how: Any) -> None:
        super().__init__(*given, **how)
        offer(self, "for_type", scope(user, PartnerType))
        of_type = self.fields["for_type"]
        if isinstance(of_type, forms.ModelChoiceField):
            of_type.empty_label = _("Partners of every type")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("subject_ro")) != bool(cleaned.get("body_ro")):
            self.add_error("body_ro", _("Write subject and text in Romanian, or neither."))
        return cleaned

    def save(self, commit: bool = True) -> CampaignMaterial:
        """A new one gets a code from its name."""
        if not self.instance.code:
            self.instance.code = _free_code(slugify(self.instance.name)[:LONGEST_CODE] or "material")
        return super().save(commit)


class CampaignFilters(forms.Form):
    partner = forms.CharField(required=False, max_length=120, label=_("Partner"), widget=forms.SearchInput)
    state = forms.ChoiceField(
        required=False, label=_("State"), choices=[("", _("Any")), ("draft", _("Draft")), ("sent", _("Sent"))]
    )

    def __init__(self, query: Any) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.full_clean()

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.values())


def _free_code(wanted: str) -> str:
    taken = set(CampaignMaterial.objects.filter(code__startswith=wanted[:30]).values_list("code", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if _numbered(wanted, n) not in taken)
    return _numbered(wanted, number)


def _numbered(wanted: str, number: int) -> str:
    return wanted if number == 1 else f"{wanted[: LONGEST_CODE - 6]}-{number}"
