"""Who sees what: the same rows for lists, single objects, counts and search."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Model
from tests.cast import Cast

from tradewind.crm.access import EVERYTHING, ModelUnscopedError, is_registered, register, scope
from tradewind.crm.activities.models import Activity
from tradewind.crm.catalog.models import OwnedProduct, Product
from tradewind.crm.identity.models import RoleAssignment, User
from tradewind.crm.parties.models import (
    ConsentRecord,
    Customer,
    CustomerActivity,
    Membership,
    Organisation,
    Person,
)

PARTNERS = ["petra", "paul", "rex"]
ABOUT_CUSTOMERS: list[type[Model]] = [Customer, CustomerActivity, ConsentRecord, Person, OwnedProduct]


@pytest.mark.parametrize("model", ABOUT_CUSTOMERS)
@pytest.mark.parametrize("name", PARTNERS)
def test_people_of_partners_see_nothing_about_customers(cast: Cast, name: str, model: type[Model]) -> None:
    cast.maya.record_consent(
        "marketing", "phone", given=True, actor=None, now=cast.maya.activities.get().activity.happened_at
    )
    assert model._default_manager.exists()
    assert not scope(getattr(cast, name), model).exists()


@pytest.mark.parametrize("name", ["daniel", "ines", "hannah", "adam"])
def test_the_desk_and_marketing_see_customers(cast: Cast, name: str) -> None:
    assert scope(getattr(cast, name), Customer).count() == 3


@pytest.mark.parametrize("name", ["claire", "farah"])
def test_the_channel_and_finance_see_no_customers(cast: Cast, name: str) -> None:
    assert not scope(getattr(cast, name), Customer).exists()


def test_rex_sees_his_own_company_and_colleagues_only(cast: Cast) -> None:
    assert list(scope(cast.rex, Organisation)) == [cast.borough]
    assert list(scope(cast.rex, User)) == [cast.rex]
    assert [row.user for row in scope(cast.rex, Membership)] == [cast.rex]


def test_petra_sees_paul_and_not_rex(cast: Cast) -> None:
    assert set(scope(cast.petra, User)) == {cast.petra, cast.paul}


def test_a_membership_that_ended_takes_its_sight_with_it(cast: Cast) -> None:
    cast.petra.memberships.get().end(on_date=date(2026, 11, 19))
    assert not scope(cast.petra, Organisation).exists()
    assert list(scope(cast.petra, User)) == [cast.petra]
    assert list(scope(cast.paul, User)) == [cast.paul]


def test_the_brand_owner_sees_every_organisation(cast: Cast) -> None:
    assert scope(cast.claire, Organisation).count() == Organisation.objects.count()


def test_everybody_with_a_role_sees_the_catalogue(cast: Cast) -> None:
    assert all(scope(user, Product).exists() for user in cast.everybody().values())


@pytest.mark.parametrize("model", [Activity, RoleAssignment])
def test_only_an_administrator_sees_bare_activities_and_roles(cast: Cast, model: type[Model]) -> None:
    seen = {name for name, user in cast.everybody().items() if scope(user, model).exists()}
    assert seen == {"adam"}


def test_a_stranger_sees_nothing(cast: Cast) -> None:
    assert not scope(AnonymousUser(), Product).exists()


def test_an_inactive_user_sees_nothing_not_even_oneself(cast: Cast) -> None:
    cast.daniel.is_active = False
    cast.daniel.save()
    someone = User.objects.get(pk=cast.daniel.pk)
    assert not scope(someone, Customer).exists()
    assert not scope(someone, User).exists()


def test_a_user_without_a_role_sees_only_oneself(cast: Cast) -> None:
    nobody = User.objects.create(email="nobody@larkfield.example", name="Nobody")
    assert list(scope(nobody, User)) == [nobody]
    assert not scope(nobody, Product).exists()
    assert not scope(nobody, Organisation).exists()


def test_search_and_get_go_through_the_same_rows(cast: Cast) -> None:
    assert scope(cast.daniel, Customer).filter(number=cast.maya.number).exists()
    with pytest.raises(Customer.DoesNotExist):
        scope(cast.rex, Customer).get(number=cast.maya.number)


def test_a_model_that_nobody_registered_raises(cast: Cast) -> None:
    assert not is_registered(Permission)
    with pytest.raises(ModelUnscopedError, match=r"auth\.Permission"):
        scope(cast.adam, Permission)


def test_a_second_predicate_for_a_model_is_refused() -> None:
    with pytest.raises(ValueError, match=r"parties\.Customer"):
        register(Customer, lambda user: EVERYTHING)


def test_a_queryset_is_scoped_and_stays_what_it_was(cast: Cast) -> None:
    assert list(scope(cast.ines, Customer.objects.search("maya")).with_party()) == [cast.maya]
    assert not scope(cast.rex, Customer.objects.search("maya")).exists()
    with pytest.raises(ModelUnscopedError):
        scope(cast.adam, Permission.objects.all())
