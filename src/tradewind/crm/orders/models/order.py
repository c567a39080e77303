"""Something was ordered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.parties.models import Customer
from tradewind.crm.sales.models.worked import Move, Worked, WorkedActivity


class OrderKind(models.TextChoices):
    REPLENISHMENT = "replenishment", _("Replenishment")
    ON_BEHALF = "on_behalf", _("On behalf of a customer")
    HOSTED = "hosted", _("From the showroom")
    DROP_SHIPMENT = "drop_shipment", _("Drop shipment")


class OrderStatus(models.TextChoices):
    PLACED = "placed", _("Placed")
    CONFIRMED = "confirmed", _("Confirmed")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")


class Order(Worked):
    OPEN = (OrderStatus.PLACED, OrderStatus.CONFIRMED)
    PREFIX = "O-"
    MOVES = (
        Move(
            "confirm",
            _("Confirm"),
            _("Confirmed"),
            (OrderStatus.PLACED,),
            OrderStatus.CONFIRMED,
            only=lambda order: order.is_fulfilled_by_partner,
        ),
        Move(
            "deliver",
            _("Delivered"),
            _("Delivered"),
            (OrderStatus.CONFIRMED,),
            OrderStatus.DELIVERED,
            only=lambda order: order.is_fulfilled_by_partner,
        ),
        Move("cancel", _("Cancel the order"), _("Cancelled"), (OrderStatus.PLACED,), OrderStatus.CANCELLED),
    )

    number = models.CharField(_("number"), max_length=16, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=OrderKind.choices, default=OrderKind.REPLENISHMENT)
    status = models.CharField(_("status"), max_length=12, choices=OrderStatus.choices, default=OrderStatus.PLACED)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="orders", null=True, blank=True, verbose_name=_("customer")
    )
    total_minor = models.BigIntegerField(_("total"), default=0)
    cost_minor = models.BigIntegerField(_("cost"), default=0)
    margin_minor = models.GeneratedField(
        expression=F("total_minor") - F("cost_minor"),
        output_field=models.BigIntegerField(),
        db_persist=True,
        verbose_name=_("margin"),
    )
    currency = models.CharField(_("currency"), max_length=3, default="GBP")

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="order_latest"),
            models.Index(fields=["partner", "-created_at", "-id"], name="order_of_partner"),
            models.Index(fields=["assigned_to", "-created_at", "-id"], name="order_of_employee"),
            models.Index(fields=["created_by_company", "-created_at", "-id"], name="order_of_creator"),
            models.Index(fields=["customer", "-created_at"], name="order_of_customer"),
            models.Index(fields=["kind", "-created_at"], name="order_of_kind"),
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="order_asked"),
            models.Index(fields=["partner", "status", "-created_at"], name="order_of_partner_by_status"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=OrderKind.values), name="order_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_is_known"),
            models.CheckConstraint(condition=Q(total_minor__gte=0, cost_minor__gte=0), name="order_is_not_negative"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_fulfilled_by_partner(self) -> bool:
        """A customer bought from the partner; everything else is delivered by the brand owner."""
        return self.kind == OrderKind.HOSTED


class OrderActivity(WorkedActivity):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="activities")

    class Meta:
        verbose_name = _("activity of an order")
        verbose_name_plural = _("activities of orders")
        ordering: ClassVar[list[str]] = ["-activity__happened_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["order", "partner"], name="order_timeline")]
