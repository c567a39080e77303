"""Whom and what an explanation is about."""

from __future__ import annotations

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import ActionGroup
from tradewind.crm.access.derivations import object_type_named
from tradewind.portals.administrator.wording import type_choices


class Question(forms.Form):
    who = forms.CharField(
        required=False, max_length=254, label=_("Who"), help_text=_("A name or an e-mail address; empty: everybody.")
    )
    action = forms.ChoiceField(required=False, label=_("May do"), choices=ActionGroup.choices)
    kind = forms.ChoiceField(label=_("Objects"))
    object = forms.CharField(max_length=160, label=_("Which one"), help_text=_("Its number, or how its name begins."))

    def __init__(self, query: QueryDict | None) -> None:
        super().__init__(query, auto_id="ask-%s")
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = type_choices()

    @property
    def action_asked(self) -> ActionGroup:
        return ActionGroup(self.cleaned_data.get("action") or ActionGroup.READ)

    @property
    def model(self) -> type[Model]:
        model = object_type_named(self.cleaned_data["kind"])
        if model is None:
            raise LookupError(self.cleaned_data["kind"])
        return model
