"""A user group's name, and who is to belong to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access.models import AccessGroup
from tradewind.crm.identity.models import User
from tradewind.portals.administrator.finding import MOST, people

if TYPE_CHECKING:
    GroupModelForm = forms.ModelForm[AccessGroup]
else:
    GroupModelForm = forms.ModelForm


class GroupForm(GroupModelForm):
    class Meta:
        model = AccessGroup
        fields = ("name", "name_ro", "code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name_ro"].label = _("Name in Romanian")
        self.fields["code"].label = _("Code")
        self.fields["code"].help_text = _("Small letters, digits and hyphens; stays for good.")
        self.fields["code"].disabled = bool(self.instance.pk)


class MemberForm(forms.Form):
    who = forms.CharField(max_length=254, label=_("Who"), help_text=_("A name or an e-mail address."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.candidates: list[User] = []
        """Those who may be meant, where the words do not say which one."""

    def clean_who(self) -> User:
        found = people(self.user, self.cleaned_data["who"])
        if not found:
            raise forms.ValidationError(_("Nobody is called so."))
        if len(found) > 1:
            self.candidates = found[:MOST]
            raise forms.ValidationError(_("Several people are called so: choose one below, or write the address."))
        if not found[0].is_active:
            raise forms.ValidationError(_("This account is switched off."))
        return found[0]
