from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "tradewind.crm.activities"
    label = "activities"
    verbose_name = _("Activities")

    def ready(self) -> None:
        from tradewind.crm.activities import access  # noqa: F401, PLC0415 (says who sees what)
