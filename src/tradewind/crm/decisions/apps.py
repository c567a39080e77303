from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DecisionsConfig(AppConfig):
    name = "tradewind.crm.decisions"
    label = "decisions"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        from tradewind.crm.decisions import access, recurring  # noqa: F401, PLC0415  (they register themselves)
