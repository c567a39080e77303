"""`migrate`: Django's own, and after it the rights that an installation begins with."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from tradewind.crm.access.defaults import write_default_rights


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        only_looks = options["plan"] or options["check_unapplied"]
        if not only_looks and not options["app_label"] and options["database"] == DEFAULT_DB_ALIAS:
            write_default_rights(now=timezone.now())
