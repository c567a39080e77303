"""Loads Larkfield: all of it or nothing, and only once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from tradewind.crm.parties.models import Customer, Organisation
from tradewind.demo import (
    campaigns,
    cast,
    catalogue,
    customers,
    laptop_sales,
    partner_messages,
    partner_work,
    partners,
    toolkit,
)
from tradewind.demo.offers import OFFERS

CUSTOMERS = 2_000
SEED = 1848
AUTHOR = "hannah@larkfield.example"
OPENED_DAYS_AGO = 60

Say = Callable[[str], None]


def is_loaded() -> bool:
    return Organisation.objects.filter(name=cast.BRAND_OWNER).exists()


def load(*, now: datetime, say: Say) -> None:
    """Build the company as it stood two months ago and as it has worked since; does nothing where it stands already."""
    if is_loaded():
        say(f"Larkfield is there already, with {Customer.objects.count():,} customers.")
        return
    sales = laptop_sales.read(purchases=CUSTOMERS, seed=SEED)
    say(_told(sales))
    with transaction.atomic():
        cast.load(now=now - timedelta(days=OPENED_DAYS_AGO))
        catalogue.load(sales)
        toolkit.load()
        customers.load(sales, seed=SEED, now=now)
        campaigns.load(author=cast.member(AUTHOR), now=now)
        partners.load(now=now)
        partner_work.load(now=now)
        partner_messages.load(author=cast.member(AUTHOR), now=now)
    say(f"Larkfield has {CUSTOMERS:,} customers and {len(OFFERS) + len(partner_messages.MESSAGES)} offers.")


def _told(sales: laptop_sales.LaptopSales) -> str:
    source = "a generated stand-in (the package dmba is absent)" if sales.generated else "LaptopSales"
    found = sales.blemishes
    return (
        f"{sales.sales:,} sales of {len(sales.configurations)} configurations in {len(sales.stores)} stores "
        f"from {source}; "
        f"{found.without_price:,} without price, {found.without_date:,} without date, "
        f"{found.mistyped_store:,} with a mistyped store postcode."
    )
