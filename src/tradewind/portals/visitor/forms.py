"""What strangers fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models import PartnerType, Registration
from tradewind.crm.channel.vat import VatIdRefused, read_vat_id
from tradewind.crm.identity.models import User

if TYPE_CHECKING:
    RegistrationModelForm = forms.ModelForm[Registration]
    TypeChoice = forms.ModelChoiceField[PartnerType]
else:
    RegistrationModelForm = forms.ModelForm
    TypeChoice = forms.ModelChoiceField


class RegistrationForm(RegistrationModelForm):
    """A company introduces itself."""

    vat_id = forms.CharField(
        max_length=24,
        label=_("VAT id or CUI"),
        help_text=_("Of the European Union or Great Britain with its two letters, or a Romanian CUI."),
    )
    website = forms.URLField(required=False, label=_("Website"), assume_scheme="https")

    class Meta:
        model = Registration
        fields = (
            "company",
            "vat_id",
            "city",
            "postcode",
            "website",
            "wanted_type",
            "areas",
            "certificates",
            "contact_name",
            "contact_email",
            "contact_phone",
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "areas": _("The beginnings of the postcodes that you work in, for example NW1, N7."),
            "certificates": _("Which ones your people hold, separated by commas."),
            "contact_email": _("We send a link there; it becomes the first partner manager's address."),
        }

    def __init__(self, *given: Any, **how: Any) -> None:
        super().__init__(*given, **how)
        wanted = self.fields["wanted_type"]
        if isinstance(wanted, forms.ModelChoiceField):
            wanted.empty_label = "–"

    def clean_vat_id(self) -> str:
        try:
            return read_vat_id(self.cleaned_data["vat_id"])
        except VatIdRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean_contact_email(self) -> str:
        return str(self.cleaned_data["contact_email"]).strip().lower()


class PasswordForm(forms.Form):
    """The first password of a person."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )
    again = forms.CharField(
        label=_("The same again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *given: Any, user: User) -> None:
        super().__init__(*given)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in cleaned and cleaned.get("again") != cleaned["password"]:
            self.add_error("again", _("The two passwords differ."))
        return cleaned
