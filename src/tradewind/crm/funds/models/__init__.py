"""One noun per file; import them from here."""

from tradewind.crm.funds.models.approving import ApprovalStage, Approver
from tradewind.crm.funds.models.budget import BudgetDecision, BudgetLine, BudgetPosting
from tradewind.crm.funds.models.fund import AvailabilityRule, Fund, FundKind
from tradewind.crm.funds.models.plan import FundsPlan
from tradewind.crm.funds.models.rate import ExchangeRate
from tradewind.crm.funds.models.reservation import Reservation

__all__ = [
    "ApprovalStage",
    "Approver",
    "AvailabilityRule",
    "BudgetDecision",
    "BudgetLine",
    "BudgetPosting",
    "ExchangeRate",
    "Fund",
    "FundKind",
    "FundsPlan",
    "Reservation",
]
