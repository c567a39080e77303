"""The pages that belong to no single portal."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings
from tests.cast import Cast

from tradewind.crm.identity.models import User
from tradewind.portals.ui.views import health

type ClientOf = Callable[[User], Client]


# ---- Style guide


def test_an_administrator_sees_the_style_guide(cast: Cast, client_of: ClientOf) -> None:
    page = client_of(cast.adam).get("/ui/")
    assert page.status_code == 200
    assert b'class="ledger"' in page.content


def test_for_anybody_else_there_is_no_style_guide(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.rex).get("/ui/").status_code == 404


def test_a_stranger_is_asked_to_sign_in_first(client: Client, db: None) -> None:
    answer = client.get("/ui/")
    assert answer.headers["Location"] == "/accounts/login/?next=/ui/"


def test_the_demo_shows_the_style_guide_to_everybody(client: Client, db: None, settings: Settings) -> None:
    settings.DEMO = True
    assert client.get("/ui/").status_code == 200


@pytest.mark.parametrize("language", ["en", "ro"])
def test_the_style_guide_speaks_both_languages(cast: Cast, client_of: ClientOf, language: str) -> None:
    cast.adam.language = language
    cast.adam.save()
    page = client_of(cast.adam).get("/ui/")
    assert f'<html lang="{language}"' in page.content.decode()
    assert page.status_code == 200


# ---- Language, theme, density


def test_a_choice_is_kept_for_the_person(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.adam)
    answer = client.post("/ui/preferences/", {"theme": "dark", "next": "/ui/"})
    cast.adam.refresh_from_db()
    assert answer.headers["Location"] == "/ui/"
    assert cast.adam.theme == "dark"
    assert b'data-theme="dark"' in client.get("/ui/shortcuts/").content


def test_a_choice_is_kept_in_the_browser_of_somebody_not_signed_in(client: Client, db: None) -> None:
    client.post("/ui/preferences/", {"density": "compact"})
    client.post("/ui/preferences/", {"language": "ro"})
    page = client.get("/accounts/login/").content
    assert b'data-density="compact"' in page
    assert b'<html lang="ro"' in page


@pytest.mark.parametrize("chosen", [{"theme": "pink"}, {"language": "xx"}, {}, {"name": "Eve"}])
def test_a_choice_that_does_not_exist_changes_nothing(cast: Cast, client_of: ClientOf, chosen: dict[str, str]) -> None:
    assert client_of(cast.adam).post("/ui/preferences/", chosen).status_code == 400
    before = (cast.adam.theme, cast.adam.language, cast.adam.name)
    cast.adam.refresh_from_db()
    assert (cast.adam.theme, cast.adam.language, cast.adam.name) == before


def test_a_switch_never_leads_to_another_site(client: Client, db: None) -> None:
    answer = client.post("/ui/preferences/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_a_switch_wants_the_token_of_the_form(db: None) -> None:
    assert Client(enforce_csrf_checks=True).post("/ui/preferences/", {"theme": "dark"}).status_code == 403


# ---- Health


def test_a_process_that_answers_is_live(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}


def test_a_process_with_its_tables_is_ready(client: Client, db: None) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.django_db(transaction=True)
def test_a_missing_migration_makes_the_process_unready(client: Client) -> None:
    call_command("migrate", "identity", "zero", fake=True, verbosity=0)
    try:
        answer = client.get("/health/ready")
        missing = health.unapplied_migrations()
    finally:
        call_command("migrate", fake=True, verbosity=0)
    assert answer.status_code == 503
    assert answer.json()["because"] == "migrations"
    assert "identity.0001_initial" in missing


def test_a_database_that_does_not_answer_makes_the_process_unready(client: Client, db: None) -> None:
    def refuse(execute: object, sql: str, *rest: object) -> None:
        from django.db import OperationalError

        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["because"]) == (503, "database")


# ---- What went wrong


def test_a_page_that_is_not_there_says_what_may_be_the_reason(client: Client, db: None) -> None:
    page = client.get("/ui/nowhere/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()
    assert '<header class="masthead">' in page.content.decode()


def test_a_fault_of_ours_is_said_without_anything_that_could_fail_too(
    client: Client, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    def broken() -> list[str]:
        raise RuntimeError("planted")

    monkeypatch.setattr(health, "unapplied_migrations", broken)
    client.raise_request_exception = False
    page = client.get("/health/ready")
    assert page.status_code == 500
    assert "Something broke" in page.content.decode()
    assert "planted" not in page.content.decode()


def test_an_old_form_is_explained(db: None) -> None:
    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a"})
    assert page.status_code == 403
    assert "The form was too old" in page.content.decode()
