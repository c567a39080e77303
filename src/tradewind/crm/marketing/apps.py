from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketingConfig(AppConfig):
    name = "tradewind.crm.marketing"
    label = "marketing"
    verbose_name = _("Marketing")

    def ready(self) -> None:
        from tradewind.crm.marketing import access  # noqa: F401, PLC0415  (registers who sees what)
