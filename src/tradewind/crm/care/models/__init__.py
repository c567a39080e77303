"""One noun per file; import them from here."""

from tradewind.crm.care.models.ticket import Ticket, TicketStatus

__all__ = ["Ticket", "TicketStatus"]
