"""The actors that organisations make of users, and the hops that lead from one to the next."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import Hop, actors_of_user
from tradewind.crm.parties.models import Ancestry, EndCustomer, Membership, Supply, TerritoryArea, TerritoryHolder

ORGANISATION, TERRITORY = "organisation", "territory"


def strictly_below() -> QuerySet[Ancestry]:
    return Ancestry.objects.filter(depth__gt=0)


def from_heads() -> QuerySet[Ancestry]:
    """The rows whose ancestor has nobody above."""
    parents = Ancestry.objects.filter(descendant=OuterRef("ancestor"), depth=1)
    return Ancestry.objects.filter(~Exists(parents))


works_for = Hop(_("works for"), Membership.objects.acting, "user", "organisation")
stands_over = Hop(_("is, or stands above,"), Ancestry.objects.all, "ancestor", "descendant")
stands_above = Hop(_("stands above"), strictly_below, "ancestor", "descendant")
belongs_to_group = Hop(_("belongs to the group of"), from_heads, "descendant", "ancestor")
supplies = Hop(_("supplies"), Supply.objects.current, "supplier", "buyer")
holds = Hop(_("works the territory"), TerritoryHolder.objects.current, "organisation", "territory")
lies_in = Hop(_("lies in"), TerritoryArea.objects.all, "area", "territory")
is_served_by = Hop(_("is an end customer of"), EndCustomer.objects.current, "customer", "partner")

actors_of_user("company", kind=ORGANISATION, label=_("the user's company"), hops=(works_for,))
actors_of_user(
    "companies_at_and_below",
    kind=ORGANISATION,
    label=_("the user's company and all below it"),
    hops=(works_for, stands_over),
)
actors_of_user(
    "companies_below", kind=ORGANISATION, label=_("all below the user's company"), hops=(works_for, stands_above)
)
actors_of_user(
    "corporate_partner",
    kind=ORGANISATION,
    label=_("the head of the user's corporate group"),
    hops=(works_for, belongs_to_group),
)
actors_of_user(
    "companies_of_group",
    kind=ORGANISATION,
    label=_("every company of the user's corporate group"),
    hops=(works_for, belongs_to_group, stands_over),
)
actors_of_user(
    "supplied_companies",
    kind=ORGANISATION,
    label=_("the companies that the user's company supplies"),
    hops=(works_for, supplies),
)
actors_of_user(
    "companies_supplied_by_group",
    kind=ORGANISATION,
    label=_("the companies that the user's corporate group supplies"),
    hops=(works_for, belongs_to_group, stands_over, supplies),
)
actors_of_user("territories", kind=TERRITORY, label=_("the territories of the user's company"), hops=(works_for, holds))
