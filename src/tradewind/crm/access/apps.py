from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "tradewind.crm.access"
    label = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        from tradewind.crm.access import rules  # noqa: F401, PLC0415 (says who sees what)

        post_migrate.connect(write_defaults, sender=self)


def write_defaults(using: str, **_said: Any) -> None:
    """A database that has just been migrated has the default rights, as Django's own rooms have their content types."""
    from tradewind.crm.access.defaults import write_default_rights  # noqa: PLC0415 (needs models)
    from tradewind.crm.access.models import AccessRight  # noqa: PLC0415

    if using == "default" and AccessRight._meta.db_table in connections[using].introspection.table_names():
        write_default_rights(now=timezone.now())
