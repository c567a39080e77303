"""Who sees orders: rules and rights in rows; these are the ones every installation begins with."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import DefaultRule, default_rule, object_filter
from tradewind.crm.access.fields import keep_for
from tradewind.crm.identity.models import Role
from tradewind.crm.orders.models import Order, OrderActivity
from tradewind.crm.sales.worked import (
    EXPORT,
    READ,
    WRITE,
    declare_actors,
    declare_doing,
    declare_matrix,
    declare_timeline,
)

declare_actors(Order)
declare_doing(Order, Role.CHANNEL_MANAGER, Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE)
declare_timeline(OrderActivity, Order)
object_filter(Order, "with_partner", label=_("have a partner"), condition=lambda: Q(partner__isnull=False))
declare_matrix(
    Order,
    "orders",
    (
        "Toate comenzile",
        "Comenzile companiei utilizatorului",
        "Comenzile atribuite utilizatorului",
        "Comenzile create de compania utilizatorului",
    ),
)
default_rule(
    DefaultRule(
        code="order-created-by-user",
        model=Order,
        names=("Orders created by the user", "Comenzile create de utilizator"),
        of_user="oneself",
        of_object="creator",
        rights={Role.PARTNER_EMPLOYEE: (WRITE,)},
    )
)
default_rule(
    DefaultRule(
        code="order-with-partner",
        model=Order,
        names=("Orders that have a partner", "Comenzile care au partener"),
        of_user="everybody",
        of_object="everybody",
        only="with_partner",
        rights={Role.FINANCE: (READ, EXPORT)},
    )
)
keep_for(Order, "cost_minor", "margin_minor", roles=(Role.CHANNEL_MANAGER, Role.FINANCE, Role.ADMINISTRATOR))
