"""Access in the masthead."""

from django.utils.translation import gettext_lazy as _

from tradewind.portals.administrator.rights import ADMINISTRATORS
from tradewind.portals.ui.navigation import Item, Portal, Search

PORTAL = Portal(
    code="administrator",
    label=_("Access"),
    accent="administrator",
    home="administrator:overview",
    roles=ADMINISTRATORS,
    items=[
        Item(_("Overview"), "administrator:overview"),
        Item(_("Rules"), "administrator:rule-list"),
        Item(_("Rights"), "administrator:right-list"),
        Item(_("User groups"), "administrator:group-list"),
        Item(_("Explain"), "administrator:explain"),
        Item(_("Look back"), "administrator:review"),
    ],
    search=Search(_("Find a rule"), "administrator:rule-list"),
)
