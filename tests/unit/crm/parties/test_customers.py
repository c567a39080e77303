from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.cast import Cast

from tradewind.crm.parties.models import Customer, Kind, Organisation, Person, Segment
from tradewind.crm.parties.operations import enrol, enrol_many, index


def person(first: str, last: str, **fields: object) -> Person:
    return Person(first_name=first, last_name=last, **fields)


def found(text: str) -> list[str]:
    return list(Customer.objects.search(text).values_list("number", flat=True))


def test_numbers_follow_each_other(cast: Cast) -> None:
    assert [cast.maya.number, cast.ion.number, cast.brightside.number] == ["C-100001", "C-100002", "C-100003"]


def test_an_enrolment_stands_on_the_timeline(cast: Cast, now: datetime) -> None:
    activity = cast.maya.activities.get().activity
    assert (activity.verb, activity.actor, activity.happened_at) == ("customer.enrolled", cast.adam, now)
    assert activity.subject == "C-100001 Maya Thompson"


def test_a_party_is_a_customer_once(cast: Cast, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        enrol(party=cast.maya.party, since_date=now.date(), segment=Segment.HOME, actor=None, now=now)
    assert Customer.objects.count() == 3


def test_a_number_belongs_to_one_customer(cast: Cast, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        enrol(
            party=person("Ann", "Other"),
            number="C-100001",
            since_date=now.date(),
            segment=Segment.HOME,
            actor=None,
            now=now,
        )
    assert not Person.objects.filter(last_name="Other").exists()


@pytest.mark.django_db
def test_the_database_refuses_a_customer_who_is_nobody(now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.create(number="C-1", since_date=now.date())


def test_the_database_refuses_a_customer_who_is_two(cast: Cast, now: datetime) -> None:
    new = Person.objects.create(first_name="Ann", last_name="Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.create(number="C-9", since_date=now.date(), person=new, organisation=cast.camden)


def test_there_is_one_brand_owner(cast: Cast) -> None:
    assert Organisation.objects.brand_owner() == cast.larkfield
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name="Usurper", kind=Kind.BRAND_OWNER)


def test_tenure_counts_whole_months(cast: Cast) -> None:
    assert cast.maya.tenure_months(date(2026, 9, 29)) == 23
    assert cast.maya.tenure_months(date(2026, 9, 30)) == 24
    assert cast.maya.tenure_months(date(2020, 1, 1)) == 0


def test_only_the_band_of_an_age_is_told(cast: Cast) -> None:
    maya = cast.maya.person
    assert maya is not None
    assert maya.age_band(date(2026, 5, 16)) == "under_25"
    assert maya.age_band(date(2029, 5, 16)) == "under_25"
    assert maya.age_band(date(2029, 5, 17)) == "25_34"
    assert person("No", "Birthday").age_band(date(2026, 1, 1)) is None


def test_the_last_word_on_contact_counts_and_earlier_ones_stay(cast: Cast, now: datetime) -> None:
    assert cast.maya.allows("marketing", "phone") is None
    cast.maya.record_consent("marketing", "phone", given=True, actor=cast.daniel, now=now)
    cast.maya.record_consent("marketing", "phone", given=False, actor=cast.daniel, now=now + timedelta(hours=1))
    assert cast.maya.allows("marketing", "phone") is False
    assert cast.maya.allows("marketing", "email") is None
    assert cast.maya.consents.count() == 2


# --- Search


@pytest.mark.parametrize(
    "text",
    [
        "maya",
        "MAYA",
        "thomp",
        "maya thompson",
        "Thompson Maya",
        "C-100001",
        "c100001",
        "100001",
        "maya.thompson@mail.example",
        "maya.thom",
        "+44 20 7946 0958",
        "020 7946 0958",
        "02079460",
        "nw1 5lr",
        "NW15LR",
        "  maya   t ",
    ],
)
def test_maya_is_found_by(cast: Cast, text: str) -> None:
    assert found(text) == ["C-100001"]


@pytest.mark.parametrize("text", ["Ștefănescu", "stefanescu", "ION STEF", "Ştefănescu"])
def test_accents_do_not_matter(cast: Cast, text: str) -> None:
    assert found(text) == ["C-100002"]


def test_an_organisation_is_found_by_its_name(cast: Cast) -> None:
    assert found("dental bright") == ["C-100003"]


@pytest.mark.parametrize("text", ["", "   ", "-", "%", "_", "aya", "maya ion", "'; drop table", "ompson"])
def test_nobody_is_found_by(cast: Cast, text: str) -> None:
    assert found(text) == []


def test_a_new_name_is_found_after_indexing(cast: Cast) -> None:
    maya = cast.maya.person
    assert maya is not None
    maya.last_name, maya.email = "Okonkwo-Reyes", ""
    maya.save()
    index([cast.maya])
    assert found("okonkwo") == found("reyes") == found("okonkworeyes") == ["C-100001"]
    assert found("thompson") == []


def test_every_word_of_a_search_is_one_range_of_an_index(cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the wording of the plan is SQLite's")
    plan = Customer.objects.search("maya thompson").explain()
    assert plan.count("USING COVERING INDEX") == plan.count("(word>? AND word<?)") == 2
    assert "SCAN" not in plan


# --- Imports


def test_many_customers_get_numbers_and_are_found(cast: Cast) -> None:
    new = [Customer(person=person("Import", f"Row{n}"), since_date=date(2026, 1, 1)) for n in range(3)]
    new.append(Customer(organisation=Organisation(name="Row Ltd", kind=Kind.BUSINESS), since_date=date(2026, 1, 1)))
    saved = enrol_many(new)
    assert [customer.number for customer in saved] == ["C-100004", "C-100005", "C-100006", "C-100007"]
    assert found("import row2") == ["C-100006"]
    assert found("row ltd") == ["C-100007"]


def test_an_import_with_one_bad_row_leaves_nothing_behind(cast: Cast) -> None:
    bad = [
        Customer(person=person("Good", "Row"), since_date=date(2026, 1, 1)),
        Customer(person=person("Bad", "Row"), since_date=date(2026, 1, 1), segment="nobility"),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        enrol_many(bad)
    assert not Person.objects.filter(last_name="Row").exists()
    assert found("row") == []
