"""The sample company in the records, loaded once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tradewind.crm.catalog.models import OwnedProduct, Product, ProductKind
from tradewind.crm.channel.models import Approval, Certificate, Partner, Registration, Status
from tradewind.crm.channel.vat import read_vat_id
from tradewind.crm.identity.models import Role, User
from tradewind.crm.marketing.models import Offer
from tradewind.crm.parties.models import Customer, Organisation
from tradewind.demo import cast, company

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded_at(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[datetime]:
    """Loaded once for all tests of the file."""
    now = timezone.now()
    with django_db_blocker.unblock(), transaction.atomic():
        company.load(now=now, say=lambda text: None)
        yield now
        transaction.set_rollback(True)


def test_every_customer_owns_a_machine_from_a_store_at_a_price(loaded_at: datetime) -> None:
    owned = OwnedProduct.objects.select_related("product", "store")
    assert Customer.objects.count() == owned.count() == company.CUSTOMERS
    assert owned.filter(store=None).count() == owned.filter(price_minor=None).count() == 0
    assert Product.objects.filter(kind=ProductKind.MACHINE).count() == 864
    assert Organisation.objects.stores().count() == 15
    newest = max(machine.bought_date for machine in owned if machine.bought_date)
    assert loaded_at.date() - timedelta(days=95) <= newest <= loaded_at.date() - timedelta(days=90)


def test_loading_again_adds_nothing(loaded_at: datetime) -> None:
    said: list[str] = []
    company.load(now=loaded_at + timedelta(days=1), say=said.append)
    assert Customer.objects.count() == company.CUSTOMERS
    assert Offer.objects.count() == 16
    assert said == ["Larkfield is there already, with 2,000 customers."]


def test_the_cast_signs_in_with_its_roles(loaded_at: datetime) -> None:
    hannah = User.objects.get(email="hannah@larkfield.example")
    assert hannah.check_password(cast.PASSWORD)
    assert hannah.roles() == frozenset({Role.MARKETING_PROFESSIONAL})
    assert User.objects.get(email="rex@borough.example").memberships.get().organisation.name == "Borough Laptops"
    assert Offer.objects.released().count() == 16


def test_there_is_a_partner_in_every_status_and_a_registration_to_decide(loaded_at: datetime) -> None:
    counts = Partner.objects.with_status().count_by_status()
    assert set(counts) == set(Status) - {Status.REGISTERED}  # whoever has registered waits as a registration
    assert [row.company for row in Registration.objects.undecided().order_by("company")] == [
        "Brixton Business Machines Ltd",
        "Mureș Laptop SRL",
    ]
    assert Approval.objects.overdue(on_date=loaded_at.date()).exists()
    assert Certificate.objects.asked_for().exists()
    assert Certificate.objects.expiring(on_date=loaded_at.date(), until=loaded_at.date() + timedelta(days=30)).exists()
    assert Partner.objects.standing_still(now=loaded_at).exists()
    assert all(
        read_vat_id(number) == number for number in Partner.objects.exclude(vat_id="").values_list("vat_id", flat=True)
    )
