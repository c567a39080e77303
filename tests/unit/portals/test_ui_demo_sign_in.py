"""One click signs in as a member of the demo company, and nowhere else as anybody."""

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.cast import NOW, Cast

PATH = "/demo/sign-in/"


@pytest.fixture
def demo(settings: LazySettings) -> None:
    settings.DEMO = True


def test_a_click_signs_in(cast: Cast, demo: None, client: Client) -> None:
    answer = client.post(PATH, {"email": cast.hannah.email})
    assert answer.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(cast.hannah.pk)


def test_the_page_lists_everybody_with_a_role(cast: Cast, demo: None, client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    for person in cast.everybody().values():
        assert person.name in page


def test_outside_the_demo_the_address_does_not_exist(cast: Cast, client: Client) -> None:
    assert client.post(PATH, {"email": cast.adam.email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_outside_the_demo_nobody_is_listed(cast: Cast, client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert cast.adam.name not in page
    assert PATH not in page


def test_a_link_does_not_sign_in(cast: Cast, demo: None, client: Client) -> None:
    assert client.get(PATH, {"email": cast.adam.email}).status_code == 404


def test_another_site_cannot_sign_anybody_in(cast: Cast, demo: None) -> None:
    assert Client(enforce_csrf_checks=True).post(PATH, {"email": cast.adam.email}).status_code == 403


def test_somebody_without_a_role_is_not_of_the_cast(cast: Cast, demo: None, client: Client) -> None:
    cast.rex.memberships.get().take_role(actor=cast.adam, now=NOW)
    assert client.post(PATH, {"email": cast.rex.email}).status_code == 404


def test_somebody_who_left_is_not_of_the_cast(cast: Cast, demo: None, client: Client) -> None:
    cast.paul.is_active = False
    cast.paul.save()
    assert client.post(PATH, {"email": cast.paul.email}).status_code == 404


@pytest.mark.parametrize("email", ["", "nobody@larkfield.example"])
def test_an_unknown_address_signs_nobody_in(cast: Cast, demo: None, client: Client, email: str) -> None:
    assert client.post(PATH, {"email": email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_way_on_stays_on_this_site(cast: Cast, demo: None, client: Client) -> None:
    answer = client.post(PATH, {"email": cast.hannah.email, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
