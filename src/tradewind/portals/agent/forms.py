"""What the desk asks for: how a conversation starts, how it ends, and what narrows the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import F, OrderBy, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.identity.models import Role, User
from tradewind.crm.interactions.models import CallReason, Conversation, WrapUp
from tradewind.crm.parties.models import Customer
from tradewind.crm.toolkit.models import Channel
from tradewind.portals.agent.rights import MANAGERS
from tradewind.portals.ui.controls import Chips

if TYPE_CHECKING:
    ReasonChoice = forms.ModelChoiceField[CallReason]
    WrapUpChoice = forms.ModelChoiceField[WrapUp]
    AgentChoice = forms.ModelChoiceField[User]
else:
    ReasonChoice = WrapUpChoice = AgentChoice = forms.ModelChoiceField

SPOKEN: Final = (Channel.CALL_CENTER, Channel.STORE)
"""Channels in which an agent talks; nobody talks on a web page."""

SORTS: Final[dict[str, str]] = {
    "started": "started_at",
    "ended": "ended_at",
    "reason": "reason__position",
    "channel": "channel",
    "agent": "agent__name",
    "customer": "customer__number",
}
FIRST_SORT: Final = "-started"


class StartForm(forms.Form):
    reason = ReasonChoice(
        None,
        required=False,
        blank=True,
        to_field_name="code",
        empty_label=_("Not known yet"),
        label=_("Reason for the call"),
        widget=Chips(),
    )
    channel = forms.ChoiceField(
        choices=[(channel.value, channel.label) for channel in SPOKEN],
        initial=Channel.CALL_CENTER,
        label=_("Channel"),
        widget=Chips(),
    )

    def __init__(self, *given: Any, user: User) -> None:
        super().__init__(*given)
        _rows(self, "reason", scope(user, CallReason))


class WrapUpForm(forms.Form):
    wrap_up = WrapUpChoice(
        None, required=False, to_field_name="code", empty_label=_("Not said"), label=_("Outcome of the call")
    )
    note = forms.CharField(required=False, max_length=4000, label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *given: Any, user: User, conversation: Conversation) -> None:
        wrap_up = conversation.wrap_up
        super().__init__(*given)
        self.initial = {"note": conversation.note, "wrap_up": wrap_up.code if wrap_up is not None else None}
        _rows(self, "wrap_up", scope(user, WrapUp))


class ConversationFilters(forms.Form):
    """A bound form over the query string; what makes no sense there narrows nothing."""

    q = forms.CharField(required=False, max_length=200, label=_("Customer"), widget=forms.SearchInput)
    state = forms.ChoiceField(
        required=False, label=_("State"), choices=[("", _("Any")), ("open", _("Open")), ("ended", _("Ended"))]
    )
    reason = ReasonChoice(None, required=False, to_field_name="code", empty_label=_("Any"), label=_("Reason"))
    channel = forms.ChoiceField(required=False, label=_("Channel"), choices=[("", _("Any")), *Channel.choices])
    agent = AgentChoice(None, required=False, empty_label=_("Anybody"), label=_("Agent"))
    since = forms.DateField(required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, *, user: User) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.user = user
        _rows(self, "reason", scope(user, CallReason))
        if user.has_role(*MANAGERS):
            _rows(self, "agent", _agents(user))
        else:
            del self.fields["agent"]
        self.full_clean()

    @property
    def narrows(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")

    def conversations(self) -> QuerySet[Conversation]:
        """The conversations this person may see that fit, in the order asked for."""
        wanted = self.cleaned_data
        rows = scope(self.user, Conversation.objects.with_people())
        if "agent" not in self.fields:
            rows = rows.filter(agent=self.user)
        if wanted.get("q"):
            found = scope(self.user, Customer.objects.at_the_desk().search(wanted["q"]))
            rows = rows.filter(customer__in=found.values("pk"))
        if wanted.get("state"):
            rows = rows.filter(ended_at__isnull=wanted["state"] == "open")
        if wanted.get("since"):
            rows = rows.filter(started_at__date__gte=wanted["since"])
        if wanted.get("until"):
            rows = rows.filter(started_at__date__lte=wanted["until"])
        for name in ("reason", "channel", "agent"):
            if wanted.get(name):
                rows = rows.filter(**{name: wanted[name]})
        return rows.order_by(self._order(), "-pk")

    def _order(self) -> OrderBy:
        asked: str = self.cleaned_data.get("sort") or FIRST_SORT
        field = F(SORTS.get(asked.removeprefix("-"), SORTS["started"]))
        return field.desc(nulls_first=True) if asked.startswith("-") else field.asc(nulls_last=True)


def _agents(user: User) -> QuerySet[User]:
    holders = [Role.INTERACTION_CENTRE_AGENT, Role.INTERACTION_CENTRE_MANAGER]
    return scope(user, User).filter(role_assignments__role__in=holders).distinct().order_by("name")


def _rows(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} chooses no rows")
    field.queryset = rows
