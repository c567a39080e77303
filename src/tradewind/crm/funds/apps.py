from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundsConfig(AppConfig):
    name = "tradewind.crm.funds"
    label = "funds"
    verbose_name = _("Market development funds")

    def ready(self) -> None:
        from tradewind.crm.funds import access, recurring  # noqa: F401, PLC0415 (who sees what; what the worker does)
