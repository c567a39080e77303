"""Something that can be sold."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProductKind(models.TextChoices):
    MACHINE = "machine", _("Machine")
    ACCESSORY = "accessory", _("Accessory")
    SERVICE = "service", _("Service")


class ProductQuerySet(models.QuerySet["Product"]):
    def sold(self) -> Self:
        return self.filter(is_sold=True)

    def search(self, text: str) -> Self:
        """Products that have every word of the text in code, name or family."""
        found = self
        for word in text.split():
            found = found.filter(Q(code__icontains=word) | Q(name__icontains=word) | Q(family__icontains=word))
        return found


class Product(models.Model):
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=ProductKind.choices, default=ProductKind.MACHINE)
    family = models.CharField(_("family"), max_length=60)
    purpose = models.CharField(_("made for"), max_length=200, blank=True)
    list_price_minor = models.BigIntegerField(_("list price"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    ram_gb = models.PositiveSmallIntegerField(_("memory in GB"), null=True, blank=True)
    storage_gb = models.PositiveIntegerField(_("storage in GB"), null=True, blank=True)
    screen_inches = models.DecimalField(_("screen in inches"), max_digits=4, decimal_places=1, null=True, blank=True)
    battery_hours = models.DecimalField(_("battery in hours"), max_digits=4, decimal_places=1, null=True, blank=True)
    processor_ghz = models.DecimalField(_("processor in GHz"), max_digits=4, decimal_places=2, null=True, blank=True)
    warranty_months = models.PositiveSmallIntegerField(_("warranty in months"), default=0)
    is_sold = models.BooleanField(_("sold today"), default=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering: ClassVar[list[str]] = ["name", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["family", "name"], name="product_by_family"),
            models.Index(fields=["is_sold", "kind", "name"], name="product_by_kind"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=ProductKind.values), name="product_kind_is_known"),
            models.CheckConstraint(
                condition=Q(list_price_minor=None) | Q(list_price_minor__gte=0), name="product_price_not_below_0"
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="product_currency_has_3_letters"),
        ]

    def __str__(self) -> str:
        return self.name
