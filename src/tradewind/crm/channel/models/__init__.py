"""One noun per file; import them from here."""

from tradewind.crm.channel.models.activity import PartnerActivity
from tradewind.crm.channel.models.approval import Approval, Decision
from tradewind.crm.channel.models.authorisation import Authorisation
from tradewind.crm.channel.models.campaign import CampaignMaterial, PartnerCampaign
from tradewind.crm.channel.models.certificate import Certificate, CertificateRefused, Certification, Holder
from tradewind.crm.channel.models.contract import Contract, ContractDocument
from tradewind.crm.channel.models.goal import Goal
from tradewind.crm.channel.models.invitation import Invitation
from tradewind.crm.channel.models.kind import PartnerType, Programme
from tradewind.crm.channel.models.letter import CampaignLetter, LetterState
from tradewind.crm.channel.models.notice import Notice
from tradewind.crm.channel.models.onboarding import OnboardingStep
from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.channel.models.partner_import import (
    ImportLine,
    ImportRefused,
    ImportState,
    Outcome,
    PartnerImport,
)
from tradewind.crm.channel.models.place import AreaPlace, StoreEntry
from tradewind.crm.channel.models.registration import Registration
from tradewind.crm.channel.models.status import PartnerStatus
from tradewind.crm.channel.models.tier import Tier, TierCriterion
from tradewind.crm.channel.rules import Status, Step, StepRefused

__all__ = [
    "Approval",
    "AreaPlace",
    "Authorisation",
    "CampaignLetter",
    "CampaignMaterial",
    "Certificate",
    "CertificateRefused",
    "Certification",
    "Contract",
    "ContractDocument",
    "Decision",
    "Goal",
    "Holder",
    "ImportLine",
    "ImportRefused",
    "ImportState",
    "Invitation",
    "LetterState",
    "Notice",
    "OnboardingStep",
    "Outcome",
    "Partner",
    "PartnerActivity",
    "PartnerCampaign",
    "PartnerImport",
    "PartnerStatus",
    "PartnerType",
    "Programme",
    "Registration",
    "Status",
    "Step",
    "StepRefused",
    "StoreEntry",
    "Tier",
    "TierCriterion",
]
