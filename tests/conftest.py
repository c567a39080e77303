"""What every test that needs records shares: settings for plain HTTP, the cast, and a browser of each of them."""

import os
from collections.abc import Callable
from datetime import datetime

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from tests.cast import NOW, Cast, build_cast
from tests.migrated import as_migrated_before, django_db_setup, migrated

from tradewind.crm.identity.models import User

__all__ = ["as_migrated_before", "django_db_setup", "migrated"]

# The same examples in every run, so that a red test is red for everybody; `make reliability` looks for new ones. How
# fast a machine makes them is no finding.
hypothesis.settings.register_profile(
    "ours",
    derandomize="TRADEWIND_EXPLORE" not in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    deadline=None,
)
hypothesis.settings.load_profile("ours")


def pytest_configure() -> None:
    """Tests speak plain HTTP, read static files where they lie, keep uploads in memory, and hash lightly."""
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "session", "csrf"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("whitenoise.")]
    settings.ACCOUNT_RATE_LIMITS = False
    Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.time_cost, Argon2PasswordHasher.parallelism = 64, 1, 1
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


@pytest.fixture
def now() -> datetime:
    """The instant at which every test of records takes place."""
    return NOW


@pytest.fixture
def cast(db: None) -> Cast:
    return build_cast()


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
