"""What the portal asks for about leads, opportunities, orders and tickets; every form names its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import User
from tradewind.crm.orders.models import Order, OrderKind
from tradewind.crm.sales.models import Lead, Opportunity, Worked
from tradewind.crm.sales.worked import WRITE
from tradewind.portals.partner.fields import CustomerNumberField, MoneyField

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
    LeadChoice = forms.ModelChoiceField[Lead]
else:
    ModelForm, LeadChoice = forms.ModelForm, forms.ModelChoiceField

ORDERED_HERE = (OrderKind.REPLENISHMENT, OrderKind.ON_BEHALF, OrderKind.DROP_SHIPMENT)
"""Kinds that a partner writes down; orders from the showroom come from customers."""


class WorkForm(ModelForm):
    """A form about one record, for one person."""

    def __init__(self, given: Any = None, *, user: User, instance: Worked) -> None:
        super().__init__(given, instance=instance)
        self.user = user
        self._say_currency(instance)
        customers = self.fields.get("customer")
        if isinstance(customers, CustomerNumberField):
            customers.allow(user)
            self.initial["customer"] = getattr(instance, "customer", None)

    def _say_currency(self, instance: Worked) -> None:
        """What is new is in the company's currency; what is there keeps its own."""
        if instance.pk is None and hasattr(instance, "currency"):
            instance.currency = settings.TRADEWIND_CURRENCY
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.label = str(field.label) % {"currency": getattr(instance, "currency", "")}


class LeadForm(WorkForm):
    value_minor = MoneyField(label=_("Value in %(currency)s"), required=False)

    class Meta:
        model = Lead
        fields = ["company", "contact_name", "email", "phone", "postcode", "value_minor"]


class OpportunityForm(WorkForm):
    value_minor = MoneyField(label=_("Value in %(currency)s"), required=False)
    lead = LeadChoice(None, required=False, widget=forms.HiddenInput, label=_("Lead"))

    class Meta:
        model = Opportunity
        fields = ["title", "expected_date", "value_minor", "lead"]
        widgets = {"expected_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, given: Any = None, *, user: User, instance: Worked) -> None:
        super().__init__(given, user=user, instance=instance)
        leads = self.fields["lead"]
        if instance.pk is not None:
            del self.fields["lead"]
        elif isinstance(leads, forms.ModelChoiceField):
            leads.queryset = scope(user, Lead, WRITE).filter(status__in=Lead.OPEN)


class OrderForm(WorkForm):
    total_minor = MoneyField(label=_("Total in %(currency)s"))
    customer = CustomerNumberField(required=False, help_text=_("Empty for your own stock."))

    class Meta:
        model = Order
        fields = ["kind", "customer", "total_minor"]

    def __init__(self, given: Any = None, *, user: User, instance: Worked) -> None:
        super().__init__(given, user=user, instance=instance)
        kinds = self.fields["kind"]
        if getattr(instance, "kind", "") == OrderKind.HOSTED:
            del self.fields["kind"], self.fields["customer"]
        elif isinstance(kinds, forms.ChoiceField):
            kinds.choices = [(kind.value, kind.label) for kind in ORDERED_HERE]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind, customer = cleaned.get("kind"), cleaned.get("customer")
        if "customer" in self.errors or kind is None:
            return cleaned
        if kind == OrderKind.REPLENISHMENT and customer is not None:
            self.add_error("customer", gettext("An order for your own stock has no customer."))
        if kind != OrderKind.REPLENISHMENT and customer is None:
            self.add_error("customer", gettext("Say for which customer it is."))
        return cleaned


class TicketForm(WorkForm):
    customer = CustomerNumberField(required=False, help_text=_("Empty where it is about your own company."))

    class Meta:
        model = Ticket
        fields = ["subject", "customer"]


class MessageForm(forms.Form):
    text = forms.CharField(max_length=2000, label=_("Message"), widget=forms.Textarea(attrs={"rows": 3}))


class RecordFilters(forms.Form):
    """A bound form over the query string; what makes no sense there narrows nothing."""

    q = forms.CharField(required=False, max_length=200, widget=forms.SearchInput)
    state = forms.ChoiceField(required=False, label=_("Status"))
    owner = forms.ChoiceField(required=False, label=pgettext_lazy("a person", "With"))
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: Any, *, find: Any, states: Any, people: dict[int, User], user: User) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.user = user
        self.fields["q"].label = find
        others = [(str(pk), str(one)) for pk, one in people.items() if pk != user.pk]
        for name, choices in (
            ("state", [("", _("Any")), ("active", _("Everything open")), *states]),
            ("owner", [("", _("Anybody")), ("me", _("Me")), ("nobody", _("Nobody yet")), *others]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        self.full_clean()

    @property
    def narrows(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")
