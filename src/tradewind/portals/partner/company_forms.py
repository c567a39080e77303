"""What a partner manager says about the own company: its entry in the store locator, and what it wants certified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.channel.models import Certification, Partner, StoreEntry
from tradewind.crm.identity.models import User

if TYPE_CHECKING:
    StoreModelForm = forms.ModelForm[StoreEntry]
else:
    StoreModelForm = forms.ModelForm


class StoreForm(StoreModelForm):
    """Of the entry only what customers read; whether they see it is the brand owner's to say."""

    class Meta:
        model = StoreEntry
        fields = ("street", "postcode", "city", "phone", "hours", "services")

    def changed_labels(self) -> list[str]:
        return [str(self.fields[name].label) for name in self.changed_data]


class AskForm(forms.Form):
    certification = forms.ChoiceField(label=_("Certification"))
    person = forms.ChoiceField(required=False, label=_("For whom"))

    def __init__(self, *given: Any, user: User, partner: Partner) -> None:
        super().__init__(*given)
        members = partner.organisation.memberships.current().filter(user__is_active=True).values("user")
        colleagues = scope(user, User).filter(pk__in=members).order_by("name", "pk")
        self.certifications = {str(row.pk): row for row in scope(user, Certification)}
        self.colleagues = {str(row.pk): row for row in colleagues}
        self._offer("certification", [(key, with_holder(row)) for key, row in self.certifications.items()])
        self._offer("person", [("", _("The company")), *((key, row.name) for key, row in self.colleagues.items())])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_certification(self) -> Certification:
        return self.certifications[self.cleaned_data["certification"]]

    def clean_person(self) -> User | None:
        """Nobody stands for the company."""
        return self.colleagues.get(self.cleaned_data["person"])


def with_holder(certification: Certification) -> str:
    """The name and who can hold it."""
    return f"{certification} ({certification.get_holder_display()})"
