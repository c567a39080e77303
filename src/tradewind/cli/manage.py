"""`tradewind manage`: Django's management commands over the CRM's settings."""

from __future__ import annotations

import argparse
import os
import sys

SETTINGS = "tradewind.config.settings"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "manage", help="Django's management commands", add_help=False, prefix_chars="\0", allow_abbrev=False
    )
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    from django.conf import settings  # the variable above comes first
    from django.core.management import execute_from_command_line

    settings.DATA.mkdir(parents=True, exist_ok=True)
    execute_from_command_line([f"{sys.argv[0]} manage", *chosen.arguments])
    return 0
