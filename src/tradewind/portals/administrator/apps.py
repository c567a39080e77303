from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdministratorConfig(AppConfig):
    name = "tradewind.portals.administrator"
    label = "administrator"
    verbose_name = _("Access")
