"""Whose customer a customer is: a partner has end customers, from day to day."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.parties.models.customer import Customer
from tradewind.crm.parties.models.organisation import Organisation


class EndCustomerQuerySet(models.QuerySet["EndCustomer"]):
    def current(self) -> Self:
        return self.filter(until_date=None)


class EndCustomer(models.Model):
    partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="end_customers", verbose_name=_("partner")
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="served_by", verbose_name=_("customer")
    )
    since_date = models.DateField(_("since"))
    until_date = models.DateField(_("until"), null=True, blank=True)

    objects = EndCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("end customer")
        verbose_name_plural = _("end customers")
        ordering: ClassVar[list[str]] = ["-since_date", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partner", "customer"], condition=Q(until_date=None), name="an_end_customer_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("since_date")),
                name="end_customer_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.customer}"

    def end(self, *, on_date: date) -> None:
        """The last day as this partner's customer; rights that come from it end with it."""
        self.until_date = on_date
        self.save(update_fields=["until_date"])
