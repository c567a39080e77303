"""`tradewind web`: serves the CRM and its portals. Migrations are a step of their own (`tradewind manage migrate`)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

APPLICATION = "tradewind.config.wsgi:application"
SETTINGS = "tradewind.config.settings"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("web", help="serve the CRM and its portals")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="default %(default)s")
    parser.add_argument("--workers", type=int, default=1, help="processes; more than one wants PostgreSQL")
    parser.add_argument("--threads", type=int, default=4, help="threads a process (default %(default)s)")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    prepare()
    refusals = [*unsafe_settings(), *missing_migrations()]
    for refusal in refusals:
        print(f"web: {refusal}", file=sys.stderr)
    if refusals:
        return 1
    serve(host=chosen.host, port=chosen.port, workers=chosen.workers, threads=chosen.threads)
    return 0


def prepare() -> None:
    """Set the environment that this process and its workers share, and start Django."""
    from tradewind.config.environment import kept_secret_key

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if not os.environ.get("TRADEWIND_SECRET_KEY"):
        os.environ["TRADEWIND_SECRET_KEY"] = kept_secret_key(Path(os.environ.get("TRADEWIND_DATA", ".demo")))
    import django

    django.setup()


def unsafe_settings() -> list[str]:
    """Why these settings must not be served, in words."""
    from django.conf import settings
    from django.core.checks import ERROR, run_checks

    meant = {"mail.E001"} if settings.DEMO else set()  # the demo writes its letters into the log
    found = [fault for fault in run_checks(include_deployment_checks=True) if fault.id not in meant]
    return [f"{fault.id}: {fault.msg} {fault.hint or ''}".rstrip() for fault in found if fault.level >= ERROR]


def missing_migrations() -> list[str]:
    """One sentence where the database is behind the code."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.close()
    return [f"the database is {len(plan)} migrations behind; run `tradewind manage migrate`"] if plan else []


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Answer requests until SIGTERM or Ctrl-C; requests in hand are finished first."""
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        workers_kill_timeout=10,
    ).serve()
