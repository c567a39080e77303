"""A right's sheet: who may do what by a rule, from when until when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.access.models import AccessGroup, AccessRight, AccessRule
from tradewind.crm.access.operations import grant
from tradewind.crm.identity.models import Role, User
from tradewind.portals.administrator.forms.boxes import local_time, reason
from tradewind.portals.administrator.forms.holders import holder_choices, holder_named

if TYPE_CHECKING:
    RuleChoice = forms.ModelChoiceField[AccessRule]
else:
    RuleChoice = forms.ModelChoiceField


class HoldingForm(forms.Form):
    """Who may do what and when, by a rule that is told from elsewhere; with `optional` it may be left empty."""

    holder = forms.ChoiceField(label=_("Who"), help_text=_("A role, or a user group."))
    actions = forms.MultipleChoiceField(
        label=_("May do"), choices=ActionGroup.choices, widget=forms.CheckboxSelectMultiple
    )
    starts_at = forms.DateTimeField(
        label=_("From"), required=False, widget=local_time(), help_text=_("Left empty: from now on.")
    )
    ends_at = forms.DateTimeField(
        label=_("Until"), required=False, widget=local_time(), help_text=_("Left empty: without an end.")
    )

    def __init__(self, *args: Any, user: User, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        holder = self.fields["holder"]
        if isinstance(holder, forms.ChoiceField):
            holder.choices = holder_choices(user)
        holder.required = self.fields["actions"].required = not optional

    @property
    def who(self) -> Role | AccessGroup | None:
        return holder_named(self.user, self.cleaned_data.get("holder", ""))

    @property
    def is_empty(self) -> bool:
        """Was nobody named who may do anything?"""
        return not self.cleaned_data.get("holder") and not self.cleaned_data.get("actions")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.who and not cleaned.get("actions") and "actions" not in self.errors:
            self.add_error("actions", _("Say what they may do."))
        if cleaned.get("actions") and not self.who and "holder" not in self.errors:
            self.add_error("holder", _("Say who may do it."))
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if ends_at and ends_at <= max(starts_at or timezone.now(), timezone.now()):
            self.add_error("ends_at", _("Nobody could use it: this is over, or before the right begins."))
        return cleaned

    def rights(self, rule: AccessRule) -> tuple[AccessRight, ...]:
        """The rights as they would be, for a dry run; nothing is saved."""
        if self.is_empty:
            return ()
        return tuple(self.right(rule, ActionGroup(action)) for action in self.cleaned_data["actions"])

    def right(self, rule: AccessRule, action: ActionGroup) -> AccessRight:
        holder = self.who
        group = holder if isinstance(holder, AccessGroup) else None
        return AccessRight(rule=rule, role=holder if isinstance(holder, Role) else "", group=group, action=action)

    @transaction.atomic
    def grant(self, rule: AccessRule, *, actor: User, now: datetime, why: str) -> list[AccessRight]:
        """Give every right that was ticked.

        Raises:
            ValidationError: somebody gave one of them a moment ago.
        """
        holder = self.who
        if holder is None:
            return []
        return [
            grant(
                rule=rule,
                action=ActionGroup(action),
                holder=holder,
                actor=actor,
                now=now,
                why=why,
                starts_at=self.cleaned_data["starts_at"],
                ends_at=self.cleaned_data["ends_at"],
            )
            for action in self.cleaned_data["actions"]
        ]


class RightForm(HoldingForm):
    """A new right by a rule that is there already."""

    rule = RuleChoice(None, to_field_name="code", label=_("By the rule"), empty_label="–")
    why = reason()
    field_order = ("rule", "holder", "actions", "starts_at", "ends_at", "why")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        rule = self.fields["rule"]
        if isinstance(rule, forms.ModelChoiceField):
            rule.queryset = scope(user, AccessRule)

    def clean_rule(self) -> AccessRule:
        """One that code no longer knows would grant nothing."""
        rule: AccessRule = self.cleaned_data["rule"]
        rule.clean()
        return rule

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        held = self.held_already()
        if held:
            what = ", ".join(str(ActionGroup(action).label) for action in held)
            self.add_error("actions", _("They may do this already, without an end: %(actions)s.") % {"actions": what})
        return cleaned

    def held_already(self) -> list[str]:
        """Which of the actions the holder may do by the same rule, without an end."""
        holder, rule = self.who, self.cleaned_data.get("rule")
        if holder is None or rule is None:
            return []
        by = {"group": holder} if isinstance(holder, AccessGroup) else {"role": holder}
        endless = scope(self.user, AccessRight).filter(rule=rule, ends_at=None, **by)
        wanted = self.cleaned_data.get("actions", [])
        return list(endless.filter(action__in=wanted).order_by("action").values_list("action", flat=True))


class EndForm(forms.Form):
    why = reason()
