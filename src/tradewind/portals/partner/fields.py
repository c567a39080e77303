"""Form fields of the portal: an amount of money, and a customer by number."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Customer

if TYPE_CHECKING:
    CustomerChoice = forms.ModelChoiceField[Customer]
else:
    CustomerChoice = forms.ModelChoiceField


class MoneyField(forms.DecimalField):
    """Typed with two decimals, kept in the smallest unit."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_digits=12, decimal_places=2, **options)

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return 0 if amount is None else int(amount * 100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != (initial or 0))
        except ValidationError:
            return True


class CustomerNumberField(CustomerChoice):
    """One of the company's end customers, found by the exact number; `allow` says whose."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            None,
            to_field_name="number",
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            label=_("Customer number"),
            error_messages={"invalid_choice": _("None of your customers has this number.")},
            **options,
        )

    def allow(self, user: User) -> None:
        self.queryset = scope(user, Customer.objects.with_party())
