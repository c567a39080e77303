from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "tradewind.crm.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from tradewind.crm.mail import access  # noqa: F401, PLC0415 (says who sees what)
