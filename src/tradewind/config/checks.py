"""System checks of our own. They run with `manage check --deploy` and when `tradewind web` starts."""

import os
import sqlite3
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution

LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "testserver"}
CHECKPOINT_SAFE = (3, 51, 3)


@register(Tags.security, deploy=True)
def secret_key_is_given(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if os.environ.get("TRADEWIND_SECRET_KEY"):
        return []
    hint = "Set TRADEWIND_SECRET_KEY, or start with `tradewind web`, which keeps one in the data folder."
    return [Caution("Sessions end with this process: it signs with a key of its own.", hint=hint, id="tradewind.W001")]


@register(Tags.security, deploy=True)
def demo_stays_at_home(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    strangers = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK)
    if not settings.DEMO or not strangers:
        return []
    hint = "Unset TRADEWIND_DEMO, or leave TRADEWIND_HOSTS alone."
    return [Error(f"The demo signs anybody in, and answers to {strangers}.", hint=hint, id="tradewind.E001")]


@register(Tags.security, deploy=True)
def policy_is_strict(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    allowed = {source for sources in settings.SECURE_CSP.values() for source in sources}
    loose = sorted(allowed & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"})
    if not loose:
        return []
    return [Error(f"The content security policy allows {', '.join(loose)}.", id="tradewind.E002")]


@register(Tags.database, deploy=True)
def sqlite_checkpoints_safely(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    uses_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not uses_sqlite or sqlite3.sqlite_version_info >= CHECKPOINT_SAFE:
        return []
    said = f"SQLite {sqlite3.sqlite_version} may lose rows when several processes checkpoint at once."
    return [Caution(said, hint="Run one web process, or use PostgreSQL (DATABASE_URL).", id="tradewind.W002")]
