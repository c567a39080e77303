from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "tradewind.crm.parties"
    label = "parties"
    verbose_name = _("Parties")

    def ready(self) -> None:
        from tradewind.crm.parties import access  # noqa: F401, PLC0415 (says who sees what)
