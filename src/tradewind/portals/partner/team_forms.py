"""What is asked about people: whom to invite, and which partner role they hold."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.team import ROLES
from tradewind.crm.identity.models import Language, Role
from tradewind.portals.ui.controls import Chips


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
