"""One noun per file; import them from here."""

from tradewind.crm.parties.models.activity import CustomerActivity
from tradewind.crm.parties.models.consent import Channel, ConsentRecord, Purpose
from tradewind.crm.parties.models.customer import Customer, CustomerWord, Segment
from tradewind.crm.parties.models.end_customer import EndCustomer
from tradewind.crm.parties.models.membership import Membership, MembershipRole
from tradewind.crm.parties.models.organisation import Ancestry, Kind, Organisation
from tradewind.crm.parties.models.person import Person
from tradewind.crm.parties.models.saved_view import SavedView
from tradewind.crm.parties.models.supply import Supply
from tradewind.crm.parties.models.territory import Territory, TerritoryArea, TerritoryHolder, area_of

__all__ = [
    "Ancestry",
    "Channel",
    "ConsentRecord",
    "Customer",
    "CustomerActivity",
    "CustomerWord",
    "EndCustomer",
    "Kind",
    "Membership",
    "MembershipRole",
    "Organisation",
    "Person",
    "Purpose",
    "SavedView",
    "Segment",
    "Supply",
    "Territory",
    "TerritoryArea",
    "TerritoryHolder",
    "area_of",
]
