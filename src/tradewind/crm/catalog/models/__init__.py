"""One noun per file; import them from here."""

from tradewind.crm.catalog.models.owned_product import OwnedProduct
from tradewind.crm.catalog.models.product import Product, ProductKind

__all__ = ["OwnedProduct", "Product", "ProductKind"]
