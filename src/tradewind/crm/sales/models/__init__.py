"""One noun per file; import them from here."""

from tradewind.crm.sales.models.lead import Lead, LeadActivity, LeadStatus
from tradewind.crm.sales.models.opportunity import Opportunity, OpportunityActivity, Stage
from tradewind.crm.sales.models.worked import Move, Worked, WorkRefused

__all__ = [
    "Lead",
    "LeadActivity",
    "LeadStatus",
    "Move",
    "Opportunity",
    "OpportunityActivity",
    "Stage",
    "WorkRefused",
    "Worked",
]
