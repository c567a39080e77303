"""The channel's place in the masthead."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradewind.portals.channel_manager.rights import READERS
from tradewind.portals.ui.navigation import Item, Portal, Search

PORTAL = Portal(
    code="channel",
    label=_("Channel"),
    accent="channel",
    home="channel:overview",
    roles=READERS,
    items=[
        Item(_("Today"), "channel:overview"),
        Item(_("Partners"), "channel:partner-list"),
        Item(_("Pipeline"), "channel:pipeline"),
        Item(_("Registrations"), "channel:registration-list"),
        Item(_("Leads"), "channel:lead-list"),
        Item(_("Opportunities"), "channel:opportunity-list"),
        Item(_("Orders"), "channel:order-list"),
        Item(pgettext_lazy("tickets", "Service"), "channel:ticket-list"),
        Item(_("Marketing"), "channel:campaign-list"),
        Item(_("Territories"), "channel:territory-list"),
        Item(_("Certificates"), "channel:certificate-list"),
    ],
    search=Search(_("Find a partner"), "channel:partner-list"),
)
