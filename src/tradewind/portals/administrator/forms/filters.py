"""What narrows the lists of rules and rights, kept in the URL; what makes no sense there narrows nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.access.models import AccessGroup, AccessRight, AccessRule
from tradewind.crm.identity.models import User
from tradewind.portals.administrator.forms.holders import holder_choices, holder_named
from tradewind.portals.administrator.wording import type_choices

ANY = ("", _("Any"))
IN_FORCE, TO_COME, ENDED = "in_force", "to_come", "ended"
STATES = [
    ("", _("In force")),
    (TO_COME, _("Yet to begin")),
    (ENDED, pgettext_lazy("right", "Ended")),
    ("all", _("All of them")),
]
RULE_SORTS: dict[str, tuple[str, ...]] = {
    "name": ("name", "code"),
    "type": ("object_type", "code"),
    "rights": ("rights_now", "code"),
}
RIGHT_SORTS: dict[str, tuple[str, ...]] = {
    "rule": ("rule__object_type", "rule__code", "action", "role", "id"),
    "action": ("action", "rule__code", "role", "id"),
    "from": ("starts_at", "id"),
    "until": ("ends_at", "id"),
}


def in_force(now: datetime, prefix: str = "") -> Q:
    begun = Q(**{f"{prefix}starts_at__lte": now})
    return begun & (Q(**{f"{prefix}ends_at": None}) | Q(**{f"{prefix}ends_at__gt": now}))


def order(sorts: dict[str, tuple[str, ...]], asked: str, otherwise: str) -> list[str]:
    first, *others = sorts.get(asked.removeprefix("-"), sorts[otherwise])
    return [f"-{first}" if asked.startswith("-") else first, *others]


class Filters(forms.Form):
    """Shared by both lists."""

    q = forms.CharField(required=False, max_length=160, label=_("Search"), widget=forms.SearchInput)
    kind = forms.ChoiceField(required=False, label=_("Objects"))
    holder = forms.ChoiceField(required=False, label=_("Who"))
    action = forms.ChoiceField(required=False, label=_("May do"), choices=[ANY, *ActionGroup.choices])
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, *, user: User, now: datetime) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.user, self.now = user, now
        self.offer("kind", [ANY, *type_choices()])
        self.offer("holder", [ANY, *holder_choices(user)[1:]])
        self.full_clean()

    def offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def asked(self, name: str) -> str:
        return str(self.cleaned_data.get(name, "") or "")

    @property
    def narrows(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")

    def held(self, prefix: str = "") -> Q:
        """The rights of the holder and of the action that were asked for."""
        wanted, holder = Q(), holder_named(self.user, self.asked("holder"))
        if holder is not None:
            wanted &= Q(**{f"{prefix}{'group' if isinstance(holder, AccessGroup) else 'role'}": holder})
        if self.asked("action"):
            wanted &= Q(**{f"{prefix}action": self.asked("action")})
        return wanted

    def worded(self, prefix: str = "") -> Q:
        """The rules whose name or code has every word."""
        wanted = Q()
        for word in self.asked("q").split():
            wanted &= (
                Q(**{f"{prefix}name__icontains": word})
                | Q(**{f"{prefix}name_ro__icontains": word})
                | Q(**{f"{prefix}code__icontains": word})
            )
        return wanted


class RuleFilters(Filters):
    def rules(self) -> QuerySet[AccessRule]:
        """The rules that fit, each with how many rights name it now."""
        rules = scope(self.user, AccessRule).filter(self.worded())
        if self.asked("kind"):
            rules = rules.filter(object_type=self.asked("kind"))
        if self.asked("holder") or self.asked("action"):
            rights = scope(self.user, AccessRight).filter(in_force(self.now) & self.held())
            rules = rules.filter(pk__in=rights.order_by().values("rule"))
        counted = Count("rights", filter=in_force(self.now, "rights__"))
        return rules.annotate(rights_now=counted).order_by(*order(RULE_SORTS, self.asked("sort"), "type"))


class RightFilters(Filters):
    state = forms.ChoiceField(required=False, label=_("When"), choices=STATES)
    field_order = ("q", "kind", "holder", "action", "state")

    def rights(self) -> QuerySet[AccessRight]:
        rights = scope(self.user, AccessRight).filter(self.worded("rule__") & self.held() & self.when())
        if self.asked("kind"):
            rights = rights.filter(rule__object_type=self.asked("kind"))
        listed = rights.select_related("rule", "group", "granted_by", "ended_by")
        return listed.order_by(*order(RIGHT_SORTS, self.asked("sort"), "rule"))

    def when(self) -> Q:
        return {
            "": in_force(self.now),
            TO_COME: Q(starts_at__gt=self.now) & (Q(ends_at=None) | Q(ends_at__gt=self.now)),
            ENDED: Q(ends_at__lte=self.now),
            "all": Q(),
        }[self.asked("state")]
