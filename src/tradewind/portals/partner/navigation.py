"""The partner portal's place in the masthead."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradewind.portals.partner.rights import MANAGERS, PARTNER
from tradewind.portals.ui.navigation import Item, Portal, Search

PORTAL = Portal(
    code="partner",
    label=_("Partner"),
    accent="partner",
    home="partner:today",
    roles=PARTNER,
    items=[
        Item(_("Today"), "partner:today"),
        Item(_("Leads"), "partner:lead-list"),
        Item(_("Opportunities"), "partner:opportunity-list"),
        Item(_("Orders"), "partner:order-list"),
        Item(_("Customers"), "partner:customer-list"),
        Item(pgettext_lazy("tickets", "Service"), "partner:ticket-list"),
        Item(_("Campaigns"), "partner:campaign-list"),
        Item(_("Notices"), "partner:notice-list"),
        Item(pgettext_lazy("the partner's own", "Company"), "partner:agreements", roles=MANAGERS),
        Item(_("Team"), "partner:team"),
    ],
    search=Search(_("Find a lead"), "partner:lead-list"),
)
