"""What the engine is told about a customer: what is declared and known, and nothing else."""

from datetime import date
from typing import Any

import pytest
from tests.cast import Cast

from tradewind.crm.catalog.models import OwnedProduct, Product, ProductKind
from tradewind.crm.decisions.context import attributes_of
from tradewind.crm.decisions.running import Declared
from tradewind.crm.parties.models import Customer

TODAY = date(2026, 11, 20)
DECLARED = {
    declared.path: declared
    for declared in (
        Declared("customer.tenure_months", "number", min=0, max=600),
        Declared("customer.segment", "category", frozenset({"home", "business", "student"})),
        Declared("customer.is_student", "boolean"),
        Declared("customer.age_band", "category"),
        Declared("customer.city", "text"),
        Declared("customer.first_name", "text"),
        Declared("machine.age_months", "number"),
        Declared("machine.family", "text"),
        Declared("machine.price", "number"),
        Declared("machine.ram_gb", "number"),
        Declared("machine.in_warranty", "boolean"),
        Declared("call.reason", "category", frozenset({"battery", "invoice"})),
        Declared("agent.skills", "list"),
    )
}


def known(cast: Cast, customer: Customer, **given: Any) -> dict[str, Any]:
    return attributes_of(
        customer,
        agent=cast.daniel,
        declared=DECLARED,
        on_date=TODAY,
        given={name.replace("__", "."): value for name, value in given.items()},
    )


def test_a_known_customer_is_described_with_machine_call_and_agent(cast: Cast) -> None:
    assert known(cast, cast.maya, call__reason="battery") == {
        "customer.tenure_months": 25,
        "customer.segment": "student",
        "customer.is_student": True,
        "customer.age_band": "under_25",
        "customer.city": "London",
        "customer.first_name": "Maya",
        "machine.age_months": 25,
        "machine.family": "Larkfield 14",
        "machine.price": 565.0,
        "machine.ram_gb": 16,
        "machine.in_warranty": False,
        "call.reason": "battery",
        "agent.skills": ["laptops"],
    }


def test_what_is_not_known_is_left_out(cast: Cast) -> None:
    ion = known(cast, cast.ion)
    assert not any(path.startswith("machine.") for path in ion)
    assert "customer.age_band" not in ion
    assert "call.reason" not in ion
    assert "customer.first_name" not in known(cast, cast.brightside)


def test_what_the_publication_does_not_declare_is_never_sent(cast: Cast) -> None:
    only = {"customer.city": DECLARED["customer.city"]}
    assert attributes_of(cast.maya, agent=cast.daniel, declared=only, on_date=TODAY) == {"customer.city": "London"}


def test_a_category_outside_its_list_counts_as_unknown(cast: Cast) -> None:
    assert "call.reason" not in known(cast, cast.maya, call__reason="gossip")


def test_a_number_beyond_its_range_becomes_the_end_of_it(cast: Cast) -> None:
    narrow = {"customer.tenure_months": Declared("customer.tenure_months", "number", min=0, max=12)}
    assert attributes_of(cast.maya, agent=None, declared=narrow, on_date=TODAY) == {"customer.tenure_months": 12}


@pytest.mark.parametrize("wrong", [True, "25", None])
def test_a_value_of_another_type_is_not_sent(cast: Cast, wrong: object) -> None:
    assert "machine.price" not in known(cast, cast.ion, machine__price=wrong)


def test_the_newest_machine_counts_and_accessories_do_not(cast: Cast) -> None:
    mouse = Product.objects.create(code="M-1", name="Mouse", family="Mice", kind=ProductKind.ACCESSORY)
    newer = Product.objects.create(code="LK-16", name="Larkfield 16", family="Larkfield 16", ram_gb=32)
    OwnedProduct.objects.create(customer=cast.maya, product=mouse, bought_date=date(2026, 11, 1))
    OwnedProduct.objects.create(customer=cast.maya, product=newer, bought_date=date(2026, 6, 1))
    OwnedProduct.objects.create(customer=cast.maya, product=cast.laptop, bought_date=None)
    assert known(cast, cast.maya)["machine.family"] == "Larkfield 16"
