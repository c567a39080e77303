"""Read the environment: one function a kind of value, no Django inside."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from babel import Locale

TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}

# With Django's default journal mode a power cut may take the last commit with it. The log is checkpointed by one
# hand only, `config.housekeeping`.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; "
    "PRAGMA busy_timeout=20000",
}


class EnvironmentFaultError(ValueError):
    """A variable of the environment says something that cannot be meant."""


def flag(environ: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """A yes or no; anything else is refused rather than guessed.

    >>> flag({"TRADEWIND_DEMO": "1"}, "TRADEWIND_DEMO")
    True
    """
    said = environ.get(name)
    if said is None:
        return default
    if said.lower() in TRUE | FALSE:
        return said.lower() in TRUE
    raise EnvironmentFaultError(f"{name} is {said!r}; say 1 or 0")


def number(environ: Mapping[str, str], name: str, *, default: int) -> int:
    """A whole number from 0."""
    said = environ.get(name, "")
    if not said:
        return default
    if not said.isdecimal():
        raise EnvironmentFaultError(f"{name} is {said!r}; say a whole number")
    return int(said)


def currency(environ: Mapping[str, str], name: str, *, default: str) -> str:
    """A currency by its three letters.

    >>> currency({"TRADEWIND_CURRENCY": "RON"}, "TRADEWIND_CURRENCY", default="GBP")
    'RON'
    """
    said = environ.get(name) or default
    if said not in Locale("en").currencies:
        raise EnvironmentFaultError(f"{name} is {said!r}; say the three letters of a currency, for example EUR")
    return said


def words(environ: Mapping[str, str], name: str, *, default: list[str]) -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in environ.get(name, "").split(",") if word.strip()] or default


def database(url: str | None, *, data: Path) -> dict[str, Any]:
    """Django's database setting from a URL; without one a SQLite file in the data folder.

    >>> database("postgres://ann:secret@db.example:5433/tradewind", data=Path("."))["PORT"]
    5433
    """
    if not url:
        return sqlite(str(data / "crm.sqlite"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(unquote(parts.path.removeprefix("/")) or ":memory:")
    if parts.scheme not in {"postgres", "postgresql"}:
        raise EnvironmentFaultError(f"DATABASE_URL begins with {parts.scheme!r}; say postgres:// or sqlite://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": dict(SQLITE_OPTIONS),
        "CONN_MAX_AGE": 600,
    }


OF_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def mailer(url: str | None, *, to_log: bool, kept: bool = False) -> dict[str, Any]:
    """Django's mailer from `smtp://` or `smtps://`; without one this machine's own, rows, or the log.

    A server on this machine is spoken to as it is: it has no name for which there could be a certificate.

    >>> mailer("smtp://ann:secret@mail.example", to_log=False)["OPTIONS"]["port"]
    587
    """
    if not url and kept:
        return {"BACKEND": "tradewind.crm.mail.backend.RowsBackend"}
    if not url and to_log:
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url or "smtp://localhost:25")
    if parts.scheme not in {"smtp", "smtps"}:
        raise EnvironmentFaultError(f"TRADEWIND_MAIL begins with {parts.scheme!r}; say smtp:// or smtps://")
    is_wrapped = parts.scheme == "smtps"
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname or "localhost",
            "port": parts.port or (465 if is_wrapped else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": is_wrapped,
            "use_tls": not is_wrapped and parts.hostname not in OF_THIS_MACHINE,
            "timeout": 10,
        },
    }


def kept_secret_key(data: Path) -> str:
    """The signing key kept in the data folder, made on first use, readable by its owner only."""
    file = data / "secret-key"
    data.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as written:
        written.write(secrets.token_urlsafe(50))
    return file.read_text(encoding="ascii").strip()
