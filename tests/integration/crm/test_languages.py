"""Every page speaks the language of the person, else of the cookie, else of the browser."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]


def language(client: Client, accept: str = "") -> str:
    return client.get(reverse("account_login"), headers={"accept-language": accept}, follow=True)["Content-Language"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "spoken"), [("ro", "ro"), ("ro-RO,ro;q=0.9,en;q=0.5", "ro"), ("fr", "en"), ("", "en"), ("en-GB", "en")]
)
def test_a_stranger_is_spoken_to_as_the_browser_asks(accept: str, spoken: str) -> None:
    assert language(Client(), accept) == spoken


@pytest.mark.django_db
def test_a_cookie_goes_before_the_browser() -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ro"
    assert language(client, "en") == "ro"


def test_the_person_goes_before_the_cookie(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.petra)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("account_change_password"), headers={"accept-language": "en"})
    assert page["Content-Language"] == "ro"
    assert "Accept-Language" in page["Vary"]
    assert '<html lang="ro"' in page.content.decode()


@pytest.mark.django_db
def test_the_next_request_does_not_inherit_a_language() -> None:
    assert language(Client(), "ro") == "ro"
    assert language(Client(), "") == "en"
