"""One noun per file; import them from here."""

from tradewind.crm.channel.models.activity import PartnerActivity
from tradewind.crm.channel.models.approval import Approval, Decision
from tradewind.crm.channel.models.invitation import Invitation
from tradewind.crm.channel.models.kind import PartnerType, Programme
from tradewind.crm.channel.models.onboarding import OnboardingStep
from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.channel.models.registration import Registration
from tradewind.crm.channel.models.status import PartnerStatus
from tradewind.crm.channel.rules import Status, Step, StepRefused

__all__ = [
    "Approval",
    "Decision",
    "Invitation",
    "OnboardingStep",
    "Partner",
    "PartnerActivity",
    "PartnerStatus",
    "PartnerType",
    "Programme",
    "Registration",
    "Status",
    "Step",
    "StepRefused",
]
