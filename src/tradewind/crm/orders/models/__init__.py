"""One noun per file; import them from here."""

from tradewind.crm.orders.models.order import Order, OrderKind

__all__ = ["Order", "OrderKind"]
