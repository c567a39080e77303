import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.checks.registry import registry
from pytest_django import Settings

from tradewind.config import checks


def ids(found: object) -> list[str | None]:
    assert isinstance(found, list)
    return [message.id for message in found if isinstance(message, CheckMessage)]


def test_the_demo_must_not_answer_to_strangers(settings: Settings) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["127.0.0.1", "shop.example"]
    assert ids(checks.demo_stays_at_home(None)) == ["tradewind.E001"]
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    assert ids(checks.demo_stays_at_home(None)) == []
    settings.DEMO, settings.ALLOWED_HOSTS = False, ["shop.example"]
    assert ids(checks.demo_stays_at_home(None)) == []


def test_a_loose_policy_is_refused(settings: Settings) -> None:
    assert ids(checks.policy_is_strict(None)) == []
    settings.SECURE_CSP = {**settings.SECURE_CSP, "script-src": ["'self'", "'unsafe-inline'"]}
    assert ids(checks.policy_is_strict(None)) == ["tradewind.E002"]


def test_a_key_that_is_not_given_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRADEWIND_SECRET_KEY", raising=False)
    assert ids(checks.secret_key_is_given(None)) == ["tradewind.W001"]
    monkeypatch.setenv("TRADEWIND_SECRET_KEY", "given")
    assert ids(checks.secret_key_is_given(None)) == []


def test_our_checks_run_when_the_web_starts() -> None:
    ours = [
        checks.secret_key_is_given,
        checks.demo_stays_at_home,
        checks.policy_is_strict,
        checks.sqlite_checkpoints_safely,
    ]
    assert set(ours) <= set(registry.deployment_checks)


@pytest.mark.django_db
def test_nothing_is_wrong_with_the_settings_as_they_come() -> None:
    assert [message for message in run_checks() if message.level >= 30] == []
