"""A rule's sheet: where actors of the user meet actors of the object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access.models import AccessRule
from tradewind.portals.administrator.forms.boxes import reason
from tradewind.portals.administrator.wording import filter_choices, of_object_choices, of_user_choices, type_choices

if TYPE_CHECKING:
    RuleModelForm = forms.ModelForm[AccessRule]
else:
    RuleModelForm = forms.ModelForm

SAID = ("name", "name_ro", "actors_of_user", "actors_of_object", "object_filter")
"""What may be said anew; the code and the kind of objects stay for good."""


class RuleForm(RuleModelForm):
    object_type = forms.ChoiceField(
        label=_("Objects"), disabled=True, help_text=_("A rule is about one kind of object, for good.")
    )
    actors_of_user = forms.ChoiceField(
        label=_("Actors of the user"), help_text=_("What the person who asks is, or belongs to.")
    )
    actors_of_object = forms.ChoiceField(
        label=_("Actors of the object"), help_text=_("Whom the object belongs to. Both must be of one kind to meet.")
    )
    object_filter = forms.ChoiceField(label=_("Only those that"), required=False)
    why = reason()
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = AccessRule
        fields = ("name", "name_ro", "code", *SAID[2:], "object_type")

    def __init__(self, *args: Any, model: type[Model], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("object_type", type_choices())
        self.offer("actors_of_user", of_user_choices())
        self.offer("actors_of_object", of_object_choices(model))
        self.offer("object_filter", filter_choices(model))
        self.fields["name"].label = _("Name")
        self.fields["name_ro"].label = _("Name in Romanian")
        self.fields["code"].label = _("Code")
        self.fields["code"].help_text = _("Small letters, digits and hyphens; stays for good.")
        self.fields["code"].disabled = bool(self.instance.pk)
        self.fields["version"].initial = version_of(self.instance)

    def offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def is_stale(self) -> bool:
        """Did somebody else save the rule after this sheet was opened?"""
        return bool(self.instance.pk) and self.cleaned_data["version"] != version_of(self.instance)

    def renew(self) -> None:
        """Let the next save be one that knows what the others did."""
        self.data = {**self.data.dict(), "version": version_of(self.instance)}  # type: ignore[attr-defined]
        self.add_error(None, self.told_of_others())

    def told_of_others(self) -> forms.ValidationError:
        latest = self.instance.history.select_related("history_user").first()
        return forms.ValidationError(
            _(
                "%(who)s saved this rule after you opened it: %(why)s. "
                "What you wrote is kept here; save again to put it over theirs."
            ),
            params={"who": latest.history_user or _("Somebody"), "why": latest.history_change_reason},
        )

    def said(self) -> dict[str, Any]:
        """What the rule is to say, for `operations.change_rule`."""
        return {name: self.cleaned_data[name] for name in SAID}


def version_of(rule: AccessRule) -> str:
    """Which save of the rule this is; empty for one that was never saved."""
    latest = rule.history.values_list("history_id", flat=True).first() if rule.pk else None
    return str(latest or "")
