"""A company, a shop, the brand owner."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    BRAND_OWNER = "brand_owner", _("Brand owner")
    PARTNER = "partner", _("Partner")
    STORE = "store", _("Store")
    BUSINESS = "business", _("Business customer")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def brand_owner(self) -> Organisation:
        return self.get(kind=Kind.BRAND_OWNER)

    def partners(self) -> Self:
        return self.filter(kind=Kind.PARTNER)

    def stores(self) -> Self:
        return self.filter(kind=Kind.STORE)


class Organisation(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    city = models.CharField(_("city"), max_length=80, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar[list[str]] = ["name", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "name"], name="organisation_by_kind"),
            models.Index(fields=["postcode"], name="organisation_by_postcode"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="organisation_kind_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind=Kind.BRAND_OWNER), name="one_brand_owner"),
        ]

    def __str__(self) -> str:
        return self.name
