from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "tradewind.crm.care"
    label = "care"
    verbose_name = _("Care")

    def ready(self) -> None:
        from tradewind.crm.care import access  # noqa: F401, PLC0415 (says who sees what)
