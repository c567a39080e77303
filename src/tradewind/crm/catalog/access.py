"""Who sees what is sold, and what customers own."""

from tradewind.crm.access import register, whoever_has
from tradewind.crm.catalog.models import OwnedProduct, Product
from tradewind.crm.identity.models import Role
from tradewind.crm.parties.access import CUSTOMER_ROLES

register(Product, whoever_has(*Role))  # the catalogue is for everybody who works here or for a partner
register(OwnedProduct, whoever_has(*CUSTOMER_ROLES))
