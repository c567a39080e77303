"""What a customer bought and has."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.catalog.models.product import Product
from tradewind.crm.parties.models import Customer, Organisation


class OwnedProduct(models.Model):
    """A sale as it was handed down: its date or its price may be missing."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="owned_products", verbose_name=_("customer")
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="owned", verbose_name=_("product"))
    bought_date = models.DateField(_("bought"), null=True, blank=True)
    store: models.ForeignKey[Organisation | None, Organisation | None] = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="sold", null=True, blank=True, verbose_name=_("store")
    )
    price_minor = models.BigIntegerField(_("price"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")

    class Meta:
        verbose_name = _("owned product")
        verbose_name_plural = _("owned products")
        ordering: ClassVar[list[str]] = ["-bought_date", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer", "-bought_date"], name="owned_newest_first"),
            models.Index(fields=["product", "bought_date"], name="owned_of_product"),
            models.Index(fields=["store", "bought_date"], name="owned_from_store"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(price_minor=None) | Q(price_minor__gte=0), name="owned_price_not_below_0"
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="owned_currency_has_3_letters"),
        ]

    def __str__(self) -> str:
        return str(self.product)

    def age_months(self, on_date: date) -> int | None:
        """Whole months since the purchase; None where the day is not known."""
        if self.bought_date is None:
            return None
        months = (on_date.year - self.bought_date.year) * 12 + on_date.month - self.bought_date.month
        return max(0, months - (on_date.day < self.bought_date.day))

    def in_warranty(self, on_date: date) -> bool | None:
        """Within the product's warranty; None where the day of purchase is not known."""
        age = self.age_months(on_date)
        return None if age is None else age < self.product.warranty_months
