from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelManagerConfig(AppConfig):
    name = "tradewind.portals.channel_manager"
    label = "channel_manager"
    verbose_name = _("Channel")
