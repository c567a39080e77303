"""What is asked about a new end customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import Language
from tradewind.crm.parties.models import Kind, Organisation, Person
from tradewind.portals.ui.controls import Chips

PERSONAL = ("first_name", "last_name", "email", "phone", "language", "postcode", "city")


class CustomerForm(forms.Form):
    """A person, or a company where its name is given."""

    company = forms.CharField(max_length=160, required=False, label=_("Company"), help_text=_("Empty for a person."))
    first_name = forms.CharField(max_length=80, required=False, label=_("First name"))
    last_name = forms.CharField(max_length=80, required=False, label=_("Last name"))
    email = forms.EmailField(required=False, label=_("E-mail address"))
    phone = forms.CharField(max_length=32, required=False, label=_("Phone"))
    postcode = forms.CharField(max_length=12, required=False, label=_("Postcode"))
    city = forms.CharField(max_length=80, required=False, label=_("City"))
    language = forms.ChoiceField(choices=Language.choices, label=_("Language"), widget=Chips())
    wants_letters = forms.BooleanField(required=False, label=_("Agreed to letters by e-mail"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(name) for name in ("company", "first_name", "last_name")):
            self.add_error("last_name", gettext("Write the name of a person or of a company."))
        if cleaned.get("wants_letters") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", gettext("Letters by e-mail need an address."))
        return cleaned

    def party(self) -> Person | Organisation:
        said = self.cleaned_data
        if said["company"]:
            return Organisation(name=said["company"], kind=Kind.BUSINESS, city=said["city"], postcode=said["postcode"])
        return Person(**{name: said[name] for name in PERSONAL})
