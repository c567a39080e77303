"""One noun per file; import them from here."""

from tradewind.crm.orders.models.order import Order, OrderActivity, OrderKind, OrderStatus

__all__ = ["Order", "OrderActivity", "OrderKind", "OrderStatus"]
