from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelConfig(AppConfig):
    name = "tradewind.crm.channel"
    label = "channel"
    verbose_name = _("Partner channel")

    def ready(self) -> None:
        from tradewind.crm.channel import access, recurring  # noqa: F401, PLC0415 (who sees what; what the worker does)
