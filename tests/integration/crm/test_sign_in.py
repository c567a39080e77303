"""Signing in with e-mail address and password, and how long that lasts."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from tests.cast import PASSWORD, Cast

from tradewind.crm.identity.middleware import SEEN, SIGNED_IN
from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("account_change_password")).status_code == 200


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the clock that sessions are measured with."""
    start = timezone.now()

    def move(passed: timedelta) -> None:
        monkeypatch.setattr("tradewind.crm.identity.middleware.timezone.now", lambda: start + passed)

    return move


@pytest.mark.parametrize("email", ["hannah@larkfield.example", "Hannah@Larkfield.Example"])
def test_the_right_password_signs_in(cast: Cast, email: str) -> None:
    client = Client()
    assert sign_in(client, email) == 302
    assert is_signed_in(client)


def test_a_wrong_password_and_a_wrong_address_get_the_same_answer(cast: Cast) -> None:
    answers = []
    for email in ("hannah@larkfield.example", "nobody@larkfield.example"):
        page = Client().post(reverse("account_login"), {"login": email, "password": "not the password"})
        assert page.status_code == 200
        text = page.content.decode().replace(email, "")
        answers.append(re.sub(r'nonce="[\w-]+"|\b[A-Za-z0-9]{64}\b', "", text))  # new with every page
    assert answers[0] == answers[1]


def test_an_inactive_user_cannot_sign_in(cast: Cast) -> None:
    User.objects.filter(pk=cast.hannah.pk).update(is_active=False)
    client = Client()
    sign_in(client, cast.hannah.email)
    assert not is_signed_in(client)


def test_who_is_disabled_is_out_on_the_next_request(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.hannah)
    assert is_signed_in(client)
    User.objects.filter(pk=cast.hannah.pk).update(is_active=False)
    assert not is_signed_in(client)


def test_nobody_signs_up(cast: Cast) -> None:
    before = User.objects.count()
    Client().post(
        reverse("account_signup"),
        {"email": "new@evil.example", "password1": "a long enough password", "password2": "a long enough password"},
    )
    assert User.objects.count() == before


def test_a_new_session_begins_at_sign_in(cast: Cast) -> None:
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["session"] = str(session.session_key)
    sign_in(client, cast.hannah.email)
    assert client.cookies["session"].value != session.session_key


def test_an_idle_session_ends(cast: Cast, client_of: ClientOf, at: Callable[[timedelta], None]) -> None:
    client = client_of(cast.hannah)
    assert is_signed_in(client)
    at(timedelta(minutes=29))
    assert is_signed_in(client)
    at(timedelta(minutes=58))
    assert is_signed_in(client)
    at(timedelta(minutes=89))
    assert not is_signed_in(client)


def test_a_session_ends_after_eight_hours_of_work(
    cast: Cast, client_of: ClientOf, at: Callable[[timedelta], None]
) -> None:
    client = client_of(cast.hannah)
    for quarter in range(32):
        at(timedelta(minutes=15 * quarter))
        assert is_signed_in(client)
    at(timedelta(hours=8, seconds=2))
    assert not is_signed_in(client)
    assert Session.objects.count() == 0


def test_a_session_is_not_written_on_every_request(
    cast: Cast, client_of: ClientOf, at: Callable[[timedelta], None]
) -> None:
    client = client_of(cast.hannah)
    is_signed_in(client)
    first = client.session[SEEN]
    at(timedelta(seconds=30))
    is_signed_in(client)
    assert client.session[SEEN] == first
    at(timedelta(seconds=90))
    is_signed_in(client)
    assert client.session[SEEN] >= first + 89
    assert client.session[SIGNED_IN] == first


def test_signing_out_ends_the_session(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.hannah)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_a_forgotten_password_is_replaced_by_letter(cast: Cast) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": cast.hannah.email})
    [letter] = mail.outbox
    assert letter.to == [cast.hannah.email]
    found = re.search(r"https?://testserver(/\S+)", str(letter.body))
    assert found is not None
    page = client.get(found[1], follow=True)
    where = page.redirect_chain[-1][0]
    client.post(where, {"password1": "an entirely new one", "password2": "an entirely new one"})
    assert User.objects.get(pk=cast.hannah.pk).check_password("an entirely new one")


def test_a_forgotten_password_of_nobody_sends_no_link_and_says_the_same(cast: Cast) -> None:
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in (cast.hannah.email, "nobody@larkfield.example")
    ]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert "/password/reset/key/" not in str([letter.body for letter in mail.outbox if "nobody" in letter.to[0]])


def test_a_short_password_is_refused(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.hannah)
    page = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    )
    assert page.status_code == 200
    assert User.objects.get(pk=cast.hannah.pk).check_password(PASSWORD)


def test_passwords_are_kept_as_argon2(cast: Cast, settings: Settings) -> None:
    assert cast.hannah.password.startswith("argon2$argon2id$")
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_a_wrong_password_is_not_written_down(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    sign_in(Client(), cast.hannah.email, "sesame-open-now")
    assert "sesame" not in caplog.text


@pytest.mark.parametrize("name", ["account_login", "account_logout", "account_change_password"])
def test_a_form_without_its_token_changes_nothing(cast: Cast, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.hannah)
    assert client.post(reverse(name), {"login": cast.rex.email, "password": PASSWORD}).status_code == 403
    assert client.session["_auth_user_id"] == str(cast.hannah.pk)


def test_sessions_are_for_https_outside_the_demo(now: datetime) -> None:
    from tradewind.config import settings as configured

    assert configured.HTTPS is True
    assert configured.SESSION_COOKIE_NAME == "__Host-session" or configured.DEMO
