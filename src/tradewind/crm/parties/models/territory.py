"""Areas of postcodes, and the partners that work them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.parties.models.organisation import Organisation

LONGEST_AREA = 8


def area_of(postcode: str) -> str:
    """The area of a postcode: the part before the space, the first two digits where there is none.

    >>> area_of("nw1 7ab"), area_of("300254")
    ('NW1', '30')
    """
    outward, _space, inward = postcode.strip().upper().partition(" ")
    return outward[:LONGEST_AREA] if inward or not outward.isdigit() else outward[:2]


class Territory(models.Model):
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.name


class TerritoryArea(models.Model):
    """A territory covers an area; two territories may share one."""

    territory = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="areas", verbose_name=_("territory")
    )
    area = models.CharField(_("postcode area"), max_length=LONGEST_AREA)

    class Meta:
        verbose_name = _("area of a territory")
        verbose_name_plural = _("areas of territories")
        ordering: ClassVar[list[str]] = ["territory", "area"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["area"], name="territory_area_by_area")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["territory", "area"], name="an_area_once_a_territory"),
            models.CheckConstraint(condition=~Q(area=""), name="territory_area_is_named"),
        ]

    def __str__(self) -> str:
        return self.area


class TerritoryHolderQuerySet(models.QuerySet["TerritoryHolder"]):
    def current(self) -> Self:
        return self.filter(until_date=None)


class TerritoryHolder(models.Model):
    """An organisation works a territory, from day to day."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="holders", verbose_name=_("territory")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="territories", verbose_name=_("organisation")
    )
    since_date = models.DateField(_("since"))
    until_date = models.DateField(_("until"), null=True, blank=True)

    objects = TerritoryHolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("holder of a territory")
        verbose_name_plural = _("holders of territories")
        ordering: ClassVar[list[str]] = ["-since_date", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "territory"], condition=Q(until_date=None), name="a_territory_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("since_date")), name="territory_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.territory}"

    def end(self, *, on_date: date) -> None:
        """The last day in this territory; rights that come from it end with it."""
        self.until_date = on_date
        self.save(update_fields=["until_date"])
