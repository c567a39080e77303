from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteractionsConfig(AppConfig):
    name = "tradewind.crm.interactions"
    label = "interactions"
    verbose_name = _("Interactions")

    def ready(self) -> None:
        from tradewind.crm.interactions import access  # noqa: F401, PLC0415  (registers who sees what)
