"""One noun per file; import them from here."""

from tradewind.crm.sales.models.lead import Lead, LeadStatus
from tradewind.crm.sales.models.opportunity import Opportunity, Stage

__all__ = ["Lead", "LeadStatus", "Opportunity", "Stage"]
