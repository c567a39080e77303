"""What is asked about people: whom to invite, which partner role they hold, and their first password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import Language, Role, User
from tradewind.crm.parties.team import ROLES
from tradewind.portals.ui.controls import Chips

if TYPE_CHECKING:
    PasswordFields = SetPasswordForm[User]
else:
    PasswordFields = SetPasswordForm


class MemberForm(forms.Form):
    role = forms.ChoiceField(choices=[(role.value, role.label) for role in ROLES], label=_("Role"), widget=Chips())
    sells = forms.BooleanField(required=False, label=_("Buys and sells: may search the customers"))

    def role_given(self) -> Role:
        return Role(self.cleaned_data["role"])


class InviteForm(MemberForm):
    name = forms.CharField(max_length=120, label=_("Name"))
    email = forms.EmailField(max_length=254, label=_("E-mail address"))
    language = forms.ChoiceField(choices=Language.choices, label=_("Language"), widget=Chips())
    field_order = ["name", "email", "language", "role", "sells"]


class WelcomeForm(PasswordFields):
    """The first password, twice."""

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(user, *given, **more)
        self.fields["new_password1"].label = _("Password")
        self.fields["new_password2"].label = _("Password again")
