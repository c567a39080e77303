"""Who sees leads and opportunities: rules and rights in rows; these are the ones every installation begins with."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import actors_of_object, object_filter
from tradewind.crm.identity.models import Role
from tradewind.crm.parties.actors import TERRITORY, lies_in
from tradewind.crm.sales.models import Lead, LeadActivity, Opportunity, OpportunityActivity, Stage
from tradewind.crm.sales.models.lead import CLOSED
from tradewind.crm.sales.worked import declare_actors, declare_doing, declare_matrix, declare_timeline

for model in (Lead, Opportunity):
    declare_actors(model)

declare_doing(Lead, Role.CHANNEL_MANAGER, Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE)
declare_doing(Opportunity, Role.CHANNEL_MANAGER, Role.PARTNER_MANAGER)
declare_timeline(LeadActivity, Lead)
declare_timeline(OpportunityActivity, Opportunity)

actors_of_object(Lead, "territory", kind=TERRITORY, label=_("the territory it lies in"), column="area", hops=(lies_in,))
object_filter(Lead, "open", label=_("are still open"), condition=lambda: ~Q(status__in=CLOSED))
object_filter(Lead, "without_partner", label=_("have no partner yet"), condition=lambda: Q(partner=None))
object_filter(Opportunity, "open", label=_("are still open"), condition=lambda: Q(stage__in=(Stage.OPEN, Stage.QUOTED)))

declare_matrix(
    Lead,
    "leads",
    (
        "Toți clienții potențiali",
        "Clienții potențiali ai companiei utilizatorului",
        "Clienții potențiali atribuiți utilizatorului",
        "Clienții potențiali creați de compania utilizatorului",
    ),
)
declare_matrix(
    Opportunity,
    "opportunities",
    (
        "Toate oportunitățile",
        "Oportunitățile companiei utilizatorului",
        "Oportunitățile atribuite utilizatorului",
        "Oportunitățile create de compania utilizatorului",
    ),
)
