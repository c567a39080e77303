from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketerConfig(AppConfig):
    name = "tradewind.portals.marketer"
    label = "marketer"
    verbose_name = _("Marketing")
