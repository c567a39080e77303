"""The sample company in the records: loaded once, published to a real engine, with a month behind it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.engines import RunningEngine, start_engine

from tradewind.crm.catalog.models import OwnedProduct, Product, ProductKind
from tradewind.crm.channel.models import Approval, Certificate, Partner, Registration, Status
from tradewind.crm.channel.vat import read_vat_id
from tradewind.crm.decisions import operations as decisions
from tradewind.crm.decisions.models import Answer, Decision
from tradewind.crm.identity.models import Role, User
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.marketing.models import Offer
from tradewind.crm.parties.models import Customer, Organisation
from tradewind.demo import cast, company, past

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded_at(db: None) -> datetime:
    now = timezone.now()
    company.load(now=now, say=lambda text: None)
    return now


@pytest.fixture
def engine(tmp_path: Path, settings: Settings) -> Iterator[RunningEngine]:
    running = start_engine(tmp_path / "engine")
    settings.TRADEWIND_ENGINE_URL = running.url
    settings.TRADEWIND_ENGINE_KEY = _key_of_all(running)
    yield running
    running.stop()


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


@pytest.mark.django_db(transaction=True)  # an answer leaves for the engine when it is committed
def test_the_engine_takes_the_publication_and_the_month_is_filled_where_it_was_left(
    loaded_at: datetime, engine: RunningEngine
) -> None:
    published = decisions.publish(actor=cast.member(company.AUTHOR), now=loaded_at)
    assert published.offers_count == 16
    done: list[int] = []

    def fill(until: int) -> bool:
        return past.fill(
            now=loaded_at, on_step=lambda step, total: done.append(step), is_stopping=lambda: len(done) >= until
        )

    assert not fill(15)
    assert not fill(30)
    assert done == list(range(1, 31))
    assert Conversation.objects.open().count() == 0
    assert set(Decision.objects.values_list("trouble", flat=True)) == {""}
    assert all(
        moment < loaded_at - timedelta(days=20) for moment in Answer.objects.values_list("answered_at", flat=True)
    )
    lines = engine.history(after=0, limit=1000)
    happened = [datetime.fromisoformat(line["occurred_at"]) for line in lines if line["type"] == "event_handled"]
    assert len(happened) == Decision.objects.count()
    assert max(happened) < loaded_at - timedelta(days=20)
    outcomes = Counter(line["outcome"] for line in lines if line["type"] == "response_recorded")
    assert outcomes["accepted"] > 0
    assert outcomes["rejected"] > 0


def _key_of_all(running: RunningEngine) -> str:
    from tradewind.engine.service.keys import Keyring

    keyring = Keyring(running.data / "keys.sqlite")
    try:
        return keyring.create(name="crm", scopes=("publish", "decide", "read"), now=0)
    finally:
        keyring.close()


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
