from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "tradewind.crm.sales"
    label = "sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from tradewind.crm.sales import access  # noqa: F401, PLC0415 (says who sees what)
