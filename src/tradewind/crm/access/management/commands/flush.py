"""`flush`: Django's own; an emptied database has again the rights that an installation begins with."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from tradewind.crm.access.defaults import write_default_rights


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        super().handle(**options)
        if options["database"] == DEFAULT_DB_ALIAS:
            write_default_rights(now=timezone.now())
