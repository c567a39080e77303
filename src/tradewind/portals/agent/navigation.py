"""The desk's place in the masthead."""

from django.utils.translation import gettext_lazy as _

from tradewind.portals.agent.rights import DESK
from tradewind.portals.ui.navigation import Item, Portal, Search

PORTAL = Portal(
    code="agent",
    label=_("Agent desk"),
    accent="agent",
    home="agent:customer-search",
    roles=DESK,
    items=[
        Item(_("Customers"), "agent:customer-search"),
        Item(_("Conversations"), "agent:conversation-list"),
        Item(_("Waiting answers"), "agent:outbox"),
    ],
    search=Search(_("Find a customer"), "agent:customer-search"),
)
