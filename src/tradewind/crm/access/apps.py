from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "tradewind.crm.access"
    label = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        from tradewind.crm.access import rules  # noqa: F401, PLC0415 (says who sees what)
