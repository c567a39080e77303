"""Who sees tickets: rules and rights in rows; a partner its own and those of its end customers to begin with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import ActionGroup, DefaultRule, actors_of_object, default_rule
from tradewind.crm.care.models import Ticket, TicketActivity
from tradewind.crm.identity.models import Role
from tradewind.crm.parties.actors import ORGANISATION, is_served_by
from tradewind.crm.sales.worked import READ, WRITE, declare_actors, declare_doing, declare_matrix, declare_timeline

declare_actors(Ticket)
declare_doing(Ticket, Role.CHANNEL_MANAGER, Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE)
declare_timeline(TicketActivity, Ticket)
actors_of_object(
    Ticket,
    "serving_partner",
    kind=ORGANISATION,
    label=_("the partners of its customer"),
    column="customer",
    hops=(is_served_by,),
)
declare_matrix(
    Ticket,
    "tickets",
    (
        "Toate tichetele",
        "Tichetele companiei utilizatorului",
        "Tichetele atribuite utilizatorului",
        "Tichetele create de compania utilizatorului",
    ),
)
default_rule(
    DefaultRule(
        code="ticket-of-end-customers",
        model=Ticket,
        names=("Tickets of the company's end customers", "Tichetele clienților finali ai companiei"),
        of_user="company",
        of_object="serving_partner",
        rights={Role.PARTNER_MANAGER: (READ, WRITE, ActionGroup.EXPORT), Role.PARTNER_EMPLOYEE: (READ,)},
    )
)
