"""What is known of a customer now, as the running publication's condition groups want it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F

from tradewind.crm.catalog.models import OwnedProduct, ProductKind
from tradewind.crm.decisions.running import Declared
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Customer

Attributes = dict[str, Any]


def attributes_of(
    customer: Customer,
    *,
    agent: User | None,
    declared: Mapping[str, Declared],
    on_date: date,
    given: Mapping[str, Any] | None = None,
) -> Attributes:
    """The declared attributes that are known; what is not known is left out, which the engine calls missing.

    Args:
        declared: the attributes of the running publication by path; nothing else is sent.
        on_date: the day for which ages are counted.
        given: what the touchpoint itself knows, such as `call.reason`; it wins over the records.
    """
    groups = {path.partition(".")[0] for path in declared}
    known: Attributes = {}
    if "customer" in groups:
        known |= _customer(customer, on_date)
    if "machine" in groups:
        known |= _machine(customer, on_date)
    if "agent" in groups and agent is not None:
        known["agent.skills"] = agent.skill_codes()
    known |= given or {}
    fitting = {path: _as_declared(value, declared[path]) for path, value in known.items() if path in declared}
    return {path: value for path, value in fitting.items() if value is not None}


def _customer(customer: Customer, on_date: date) -> Attributes:
    person = customer.person
    return {
        "customer.tenure_months": customer.tenure_months(on_date),
        "customer.segment": customer.segment,
        "customer.is_student": customer.is_student,
        "customer.city": customer.city or None,
        "customer.first_name": customer.first_name or None,
        "customer.age_band": person.age_band(on_date) if person is not None else None,
    }


def _machine(customer: Customer, on_date: date) -> Attributes:
    """The machine bought last; one without a date counts as the oldest."""
    machine = (
        OwnedProduct.objects.filter(customer=customer, product__kind=ProductKind.MACHINE)
        .select_related("product")
        .order_by(F("bought_date").desc(nulls_last=True), "-id")
        .first()
    )
    if machine is None:
        return {}
    price = machine.price_minor
    return {
        "machine.age_months": machine.age_months(on_date),
        "machine.family": machine.product.family,
        "machine.name": machine.product.name,
        "machine.price": price / 100 if price is not None else None,
        "machine.ram_gb": machine.product.ram_gb,
        "machine.in_warranty": machine.in_warranty(on_date),
    }


def _as_declared(value: Any, declared: Declared) -> Any:
    """The value as the declaration allows it, or None: the engine refuses a call for one value that is out of place.

    A number beyond the declared range becomes its end; a category that is not listed counts as not known.
    """
    match declared.type:
        case "number" if isinstance(value, int | float) and not isinstance(value, bool):
            return _within(value, declared)
        case "boolean" if isinstance(value, bool):
            return value
        case "category" | "text" if isinstance(value, str):
            return value if not declared.values or value in declared.values else None
        case "list" if isinstance(value, list | tuple):
            return [item for item in value if not declared.values or item in declared.values]
        case "instant" if isinstance(value, datetime):
            return value.isoformat()
    return None


def _within(value: float, declared: Declared) -> float:
    least = value if declared.min is None else max(value, declared.min)
    return least if declared.max is None else min(least, declared.max)
