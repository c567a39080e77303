"""One noun per file; import them from here."""

from tradewind.crm.parties.models.activity import CustomerActivity
from tradewind.crm.parties.models.consent import Channel, ConsentRecord, Purpose
from tradewind.crm.parties.models.customer import Customer, CustomerWord, Segment
from tradewind.crm.parties.models.membership import Membership
from tradewind.crm.parties.models.organisation import Kind, Organisation
from tradewind.crm.parties.models.person import Person

__all__ = [
    "Channel",
    "ConsentRecord",
    "Customer",
    "CustomerActivity",
    "CustomerWord",
    "Kind",
    "Membership",
    "Organisation",
    "Person",
    "Purpose",
    "Segment",
]
