"""Writes over several records: making customers, and keeping the search in step with them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import batched

from django.db import transaction

from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Customer, CustomerWord, Organisation, Person, Segment
from tradewind.crm.parties.models.customer import NUMBER_PREFIX

ROWS_AT_ONCE = 500


@transaction.atomic
def enrol(
    *,
    party: Person | Organisation,
    since_date: date,
    segment: Segment,
    actor: User | None,
    now: datetime,
    is_student: bool = False,
    number: str = "",
) -> Customer:
    """Make a person or an organisation a customer, under the next number unless one is given.

    A party that is not saved yet is saved with it. The enrolment stands on the customer's timeline.

    Raises:
        IntegrityError: the party is a customer already, or the number is another's.
    """
    if party._state.adding:
        party.save()
    customer = Customer(
        number=number or Customer.objects.next_number(),
        person=party if isinstance(party, Person) else None,
        organisation=party if isinstance(party, Organisation) else None,
        since_date=since_date,
        segment=segment,
        is_student=is_student,
    )
    customer.save(force_insert=True)
    index([customer])
    customer.note("customer.enrolled", actor=actor, now=now)
    return customer


@transaction.atomic
def enrol_many(customers: Sequence[Customer]) -> list[Customer]:
    """Save many new customers with their parties, for an import: numbers are given, the search is filled.

    Customers come unsaved; so may their persons and organisations. No activity is written for each.
    """
    people = [c.person for c in customers if c.person and c.person._state.adding]
    companies = [c.organisation for c in customers if c.organisation and c.organisation._state.adding]
    Person.objects.bulk_create(people, batch_size=ROWS_AT_ONCE)
    Organisation.objects.bulk_create(companies, batch_size=ROWS_AT_ONCE)
    following = int(Customer.objects.next_number().removeprefix(NUMBER_PREFIX))
    for at, customer in enumerate(customers):
        customer.number = customer.number or f"{NUMBER_PREFIX}{following + at}"
        customer.person, customer.organisation = customer.person, customer.organisation  # their new ids
    saved = Customer.objects.bulk_create(customers, batch_size=ROWS_AT_ONCE)
    index(saved)
    return saved


@transaction.atomic
def index(customers: Iterable[Customer]) -> None:
    """Bring the search in step with what customers are called now."""
    for some in batched(customers, ROWS_AT_ONCE):
        CustomerWord.objects.filter(customer__in=some).delete()
        words = (CustomerWord(customer=customer, word=word) for customer in some for word in customer.search_words())
        CustomerWord.objects.bulk_create(words, batch_size=ROWS_AT_ONCE)
