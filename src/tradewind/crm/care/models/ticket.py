"""A problem that somebody reported."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradewind.crm.parties.models import Customer
from tradewind.crm.sales.models.worked import Move, Worked, WorkedActivity


class TicketStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("ticket", "Open")
    WAITING = "waiting", _("Waiting for the customer")
    SOLVED = "solved", _("Solved")


class Ticket(Worked):
    OPEN = HANDED_FROM = (TicketStatus.OPEN, TicketStatus.WAITING)
    PREFIX = "T-"
    MOVES = (
        Move(
            "wait", _("Wait for the customer"), _("Waits for the customer"), (TicketStatus.OPEN,), TicketStatus.WAITING
        ),
        Move(
            "resume", _("The customer answered"), _("The customer answered"), (TicketStatus.WAITING,), TicketStatus.OPEN
        ),
        Move("solve", _("Solved"), _("Solved"), (TicketStatus.OPEN, TicketStatus.WAITING), TicketStatus.SOLVED),
        Move("reopen", _("Open again"), _("Opened again"), (TicketStatus.SOLVED,), TicketStatus.OPEN),
    )

    number = models.CharField(_("number"), max_length=16, unique=True)
    subject = models.CharField(_("subject"), max_length=160)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="tickets", null=True, blank=True, verbose_name=_("customer")
    )
    status = models.CharField(_("status"), max_length=8, choices=TicketStatus.choices, default=TicketStatus.OPEN)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="ticket_latest"),
            models.Index(fields=["partner", "-created_at", "-id"], name="ticket_of_partner"),
            models.Index(fields=["customer", "-created_at", "-id"], name="ticket_of_customer"),
            models.Index(fields=["assigned_to", "-created_at", "-id"], name="ticket_of_employee"),
            models.Index(fields=["created_by_company", "-created_at", "-id"], name="ticket_of_creator"),
            models.Index(fields=["status", "-created_at"], name="ticket_of_status"),
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="ticket_asked"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(subject=""), name="ticket_has_a_subject"),
            models.CheckConstraint(condition=Q(status__in=TicketStatus.values), name="ticket_status_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"


class TicketActivity(WorkedActivity):
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="activities")

    class Meta:
        verbose_name = _("activity of a ticket")
        verbose_name_plural = _("activities of tickets")
        ordering: ClassVar[list[str]] = ["-activity__happened_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["ticket", "partner"], name="ticket_timeline")]
