"""Who supplies whom, from day to day: distributor → reseller."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from tradewind.crm.parties.models.organisation import Organisation


class SupplyQuerySet(models.QuerySet["Supply"]):
    def current(self) -> Self:
        return self.filter(until_date=None)

    def chain_reaches(self, end: Organisation, *, beginning: Organisation) -> bool:
        """Do goods come from one to the other, whoever stands between them?"""
        seen, last = {beginning.pk}, {beginning.pk}
        while last and end.pk not in seen:
            buyers = set(self.filter(supplier__in=last).order_by().values_list("buyer", flat=True))
            last = buyers - seen
            seen |= last
        return end.pk in seen


class Supply(models.Model):
    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="supplies", verbose_name=_("supplier")
    )
    buyer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="supplied_by", verbose_name=_("buyer")
    )
    since_date = models.DateField(_("since"))
    until_date = models.DateField(_("until"), null=True, blank=True)

    objects = SupplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("supply relation")
        verbose_name_plural = _("supply relations")
        ordering: ClassVar[list[str]] = ["-since_date", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["supplier", "buyer"], condition=Q(until_date=None), name="supplied_once_at_a_time"
            ),
            models.UniqueConstraint(
                Least("supplier", "buyer"),
                Greatest("supplier", "buyer"),
                condition=Q(until_date=None),
                name="goods_run_one_way_between_two",
            ),
            models.CheckConstraint(condition=~Q(supplier=F("buyer")), name="nobody_supplies_itself"),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("since_date")), name="supply_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} → {self.buyer}"

    def end(self, *, on_date: date) -> None:
        """The last day of the relation; rights that come from it end with it."""
        self.until_date = on_date
        self.save(update_fields=["until_date"])
