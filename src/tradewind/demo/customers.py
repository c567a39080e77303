"""Two thousand customers: the buyers of the data under made-up names, each with the machine that was bought.

Postcode, store, configuration and price are as in the data. The year of the data is moved so that its last day lies
three months back; so machines are three to fifteen months old and about a quarter are out of warranty.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tradewind.crm.catalog.models import OwnedProduct, Product
from tradewind.crm.parties import operations as parties
from tradewind.crm.parties.models import Channel, ConsentRecord, Customer, Kind, Organisation, Person, Purpose, Segment
from tradewind.demo import machines, people
from tradewind.demo.laptop_sales import Configuration, LaptopSales, Purchase

LAST_DAY_OF_THE_DATA = date(2008, 12, 31)
NEWEST_MACHINE_DAYS = 90
MONTH_DAYS = 30.44
TRADES = ("Studio", "& Co", "Architects", "Print", "Dental Care", "Catering", "Design", "Logistics", "Bookkeeping")


def load(sales: LaptopSales, *, seed: int, now: datetime) -> None:
    """Enrol the buyers with what they own and what they said about being called."""
    draw = random.Random(seed)  # noqa: S311 - made-up people, nothing secret
    today = now.date()
    moved = today - timedelta(days=NEWEST_MACHINE_DAYS) - LAST_DAY_OF_THE_DATA
    customers = [_customer(purchase, number, moved, draw) for number, purchase in enumerate(sales.purchases)]
    customers = parties.enrol_many(customers)
    products = {product.code: product for product in Product.objects.all()}
    stores = {store.postcode: store for store in Organisation.objects.stores()}
    configurations = {configuration.number: configuration for configuration in sales.configurations}
    OwnedProduct.objects.bulk_create(
        (
            _owned(
                customer, purchase, moved, products[_code(purchase, configurations)], stores[purchase.store_postcode]
            )
            for customer, purchase in zip(customers, sales.purchases, strict=True)
        ),
        batch_size=500,
    )
    ConsentRecord.objects.bulk_create(
        (said for customer in customers for said in _consents(customer, draw, now)), batch_size=500
    )


def _customer(purchase: Purchase, number: int, moved: timedelta, draw: random.Random) -> Customer:
    bought = purchase.sold_at.date() + moved
    came_back = draw.random() < 0.35
    since = bought - timedelta(days=draw.uniform(6, 72) * MONTH_DAYS) if came_back else bought
    person = people.person(draw, number)
    segment = draw.choices((Segment.HOME, Segment.BUSINESS, Segment.STUDENT), weights=(68, 20, 12))[0]
    customer = Customer(since_date=since, segment=segment, is_student=segment is Segment.STUDENT)
    if segment is Segment.BUSINESS and draw.random() < 0.35:
        customer.organisation = Organisation(
            name=f"{person.last_name} {draw.choice(TRADES)}",
            kind=Kind.BUSINESS,
            city="London",
            postcode=purchase.customer_postcode,
        )
        return customer
    customer.person = Person(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        phone=person.phone,
        language=person.language,
        born_date=_born(segment, draw, bought),
        postcode=purchase.customer_postcode,
        city="London",
    )
    return customer


def _born(segment: Segment, draw: random.Random, on_date: date) -> date | None:
    if draw.random() < 0.15:
        return None
    youngest, oldest = (18, 27) if segment is Segment.STUDENT else (22, 78)
    return on_date - timedelta(days=draw.triangular(youngest, oldest, youngest + 14) * 365.25)


def _code(purchase: Purchase, configurations: dict[int, Configuration]) -> str:
    return machines.code(configurations[purchase.configuration])


def _owned(
    customer: Customer, purchase: Purchase, moved: timedelta, product: Product, store: Organisation
) -> OwnedProduct:
    return OwnedProduct(
        customer=customer,
        product=product,
        store=store,
        bought_date=purchase.sold_at.date() + moved,
        price_minor=purchase.price_minor,
        currency="GBP",
    )


def _consents(customer: Customer, draw: random.Random, now: datetime) -> Iterator[ConsentRecord]:
    """Six in ten were asked, most said yes."""
    if draw.random() < 0.6:
        yield ConsentRecord(
            customer=customer,
            purpose=Purpose.MARKETING,
            channel=Channel.PHONE,
            given=draw.random() < 0.85,
            recorded_at=now - timedelta(days=draw.uniform(31, 90)),
        )
