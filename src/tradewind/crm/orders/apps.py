from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "tradewind.crm.orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from tradewind.crm.orders import access  # noqa: F401, PLC0415 (says who sees what)
