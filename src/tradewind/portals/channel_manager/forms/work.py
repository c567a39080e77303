"""What narrows the lists of partners' work, and whom a record is given to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import F, OrderBy, QuerySet
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.channel.models import Partner
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.desks import Desk
from tradewind.portals.channel_manager.forms.partners import offer

if TYPE_CHECKING:
    UserChoice = forms.ModelChoiceField[User]
    PartnerChoice = forms.ModelChoiceField[Partner]
else:
    UserChoice = PartnerChoice = forms.ModelChoiceField

WAITS = (
    ("", _("Anything")),
    ("answer", _("Our answer")),
    ("partner", _("A partner")),
    ("employee", _("An employee of the partner")),
)


class WorkFilters(forms.Form):
    """A bound form over the query string; what makes no sense there narrows nothing."""

    q = forms.CharField(required=False, max_length=200, widget=forms.SearchInput)
    partner = forms.CharField(required=False, max_length=120, label=_("Partner"), widget=forms.SearchInput)
    state = forms.ChoiceField(required=False, label=_("Status"))
    waits = forms.ChoiceField(required=False, label=_("Waits for"), choices=WAITS)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: Any, *, desk: Desk, user: User) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.desk, self.user = desk, user
        self.fields["q"].label = desk.words.find
        states = self.fields["state"]
        if isinstance(states, forms.ChoiceField):
            states.choices = [("", _("Any")), ("active", _("Everything open")), *desk.shelf.states]
        self.full_clean()

    @property
    def narrows(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that fit, in the order asked for."""
        wanted, shelf = self.cleaned_data, self.desk.shelf
        if wanted.get("q"):
            rows = shelf.find(rows, wanted["q"])
        if wanted.get("partner"):
            named = scope(self.user, Partner.objects.search(wanted["partner"]))
            rows = rows.filter(partner__in=named.order_by().values("organisation"))
        if wanted.get("state"):
            states = shelf.model.OPEN if wanted["state"] == "active" else [wanted["state"]]
            rows = rows.filter(**{f"{shelf.model.STATE}__in": states})
        rows = self._waiting(rows, wanted.get("waits", ""))
        return self.desk.whole(rows).order_by(*self._order(wanted.get("sort", "")))

    @property
    def sorts_by_wait(self) -> bool:
        """Only among those that wait is there an index to sort them by."""
        return bool(self.cleaned_data.get("waits") == "answer")

    def _waiting(self, rows: QuerySet[Any], waits: str) -> QuerySet[Any]:
        if waits == "answer":
            return rows.filter(asked_at__isnull=False)
        if waits == "partner":
            return rows.filter(partner=None)
        return rows.filter(assigned_to=None, partner__isnull=False) if waits == "employee" else rows

    def _order(self, asked: str) -> Sequence[OrderBy]:
        name = asked.removeprefix("-")
        if name not in self.desk.sorts or (name == "asked" and not self.sorts_by_wait):
            return F("created_at").desc(), F("pk").desc()
        column, down = F(self.desk.sorts[name]), asked.startswith("-")
        return (column.desc() if down else column.asc()), F("pk").desc()


class EmployeeForm(forms.Form):
    to = UserChoice(None, required=False, empty_label=_("Nobody"), label=_("Who works on it"))

    def __init__(self, *given: Any, rows: QuerySet[User], holder: int | None = None) -> None:
        super().__init__(*given)
        self.initial["to"] = holder
        offer(self, "to", rows)


class HandForm(forms.Form):
    partner = PartnerChoice(None, to_field_name="uuid", label=_("Partner"))

    def __init__(self, *given: Any, rows: QuerySet[Partner]) -> None:
        super().__init__(*given)
        offer(self, "partner", rows)


class PartnerSearch(forms.Form):
    """Which partners to choose from."""

    q = forms.CharField(required=False, max_length=120, label=_("Name, VAT id or town"), widget=forms.SearchInput)

    def __init__(self, query: Any) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.full_clean()
