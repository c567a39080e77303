from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ToolkitConfig(AppConfig):
    name = "tradewind.crm.toolkit"
    label = "toolkit"
    verbose_name = _("Application toolkit")

    def ready(self) -> None:
        from tradewind.crm.toolkit import access  # noqa: F401, PLC0415  (registers who sees what)
