"""One noun per file; import them from here."""

from tradewind.crm.care.models.ticket import Ticket, TicketActivity, TicketStatus

__all__ = ["Ticket", "TicketActivity", "TicketStatus"]
