import pytest
from django.db import IntegrityError, transaction
from tests.cast import Cast

from tradewind.crm.identity.models import Role, User


@pytest.mark.django_db
def test_an_address_is_kept_in_small_letters() -> None:
    assert (
        User.objects.create_user("  New.Person@Larkfield.Example ", name="New").email == "new.person@larkfield.example"
    )


@pytest.mark.django_db
def test_a_user_is_found_whatever_the_capitals() -> None:
    user = User.objects.create_user("new@larkfield.example", name="New")
    assert User.objects.get_by_natural_key("NEW@larkfield.example") == user


def test_an_address_belongs_to_one_user(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Hannah@Larkfield.example", name="Another")


@pytest.mark.django_db
def test_the_database_refuses_capitals_in_an_address() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Loud@larkfield.example", name="Loud")


@pytest.mark.parametrize(("field", "value"), [("language", "fr"), ("theme", "pink"), ("density", "dense")])
@pytest.mark.django_db
def test_the_database_refuses_an_unknown_choice(field: str, value: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="x@larkfield.example", name="X", **{field: value})


@pytest.mark.django_db
def test_the_first_administrator_comes_from_the_command_line() -> None:
    user = User.objects.create_superuser("root@larkfield.example", "a long enough password", name="Root")
    assert user.roles() == {Role.ADMINISTRATOR}
    assert user.check_password("a long enough password")
    assert user.password.startswith("argon2")


def test_an_agent_has_skills(cast: Cast) -> None:
    assert cast.daniel.skill_codes() == ["laptops"]
    assert cast.ines.skill_codes() == []
