from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class HouseConfig(AppConfig):
    name = "tradewind.config"
    label = "house"
    default = True

    def ready(self) -> None:
        from tradewind.config import checks, housekeeping  # noqa: F401, PLC0415 (they register themselves)


class BackOfficeConfig(admin_apps.AdminConfig):
    default = False
    default_site = "tradewind.config.back_office.BackOffice"
