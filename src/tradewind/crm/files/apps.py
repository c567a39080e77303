from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "tradewind.crm.files"
    label = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        from tradewind.crm.files import access  # noqa: F401, PLC0415 (says who sees what)
