"""Marketing's place in the masthead."""

from django.utils.translation import gettext_lazy as _

from tradewind.portals.marketer.rights import READERS
from tradewind.portals.ui.navigation import Item, Portal, Search

PORTAL = Portal(
    code="marketer",
    label=_("Marketing"),
    accent="marketer",
    home="marketer:overview",
    roles=READERS,
    items=[
        Item(_("Overview"), "marketer:overview"),
        Item(_("Campaigns"), "marketer:campaign-list"),
        Item(_("Offers"), "marketer:offer-list"),
        Item(_("Publications"), "marketer:publication-list"),
        Item(_("Toolkit"), "marketer:toolkit"),
    ],
    search=Search(_("Find an offer"), "marketer:offer-list"),
)
