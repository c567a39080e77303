"""A company, a shop, the brand owner, and which of them belong to which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from tradewind.crm.parties.names import company_key
from tradewind.crm.parties.words import LONGEST_WORD


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

    @transaction.atomic
    def bulk_create(self, objs: Iterable[Organisation], *args: Any, **how: Any) -> list[Organisation]:
        """Save many organisations; each stands at the head of a hierarchy of its own."""
        rows = list(objs)
        for row in rows:
            row.derive()
        saved = super().bulk_create(rows, *args, **how)
        Ancestry.objects.bulk_create(Ancestry(ancestor=row, descendant=row, depth=0) for row in saved)
        return saved

    def bulk_update(self, objs: Iterable[Organisation], fields: Iterable[str], *args: Any, **how: Any) -> int:
        """Write some columns of many organisations; the key follows the name."""
        rows, columns = list(objs), set(fields)
        if "name" in columns:
            for row in rows:
                row.derive()
            columns.add("name_key")
        return super().bulk_update(rows, sorted(columns), *args, **how)


class Organisation(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    name_key = models.CharField(max_length=LONGEST_WORD, editable=False)
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
            models.Index(fields=["name_key"], name="organisation_by_key"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="organisation_kind_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind=Kind.BRAND_OWNER), name="one_brand_owner"),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **how: Any) -> None:
        is_new = self._state.adding
        self.derive()
        if update_fields is not None and "name" in (named := set(update_fields)):
            update_fields = named | {"name_key"}
        super().save(*args, update_fields=update_fields, **how)
        if is_new:
            Ancestry.objects.create(ancestor=self, descendant=self, depth=0)

    def derive(self) -> None:
        """Bring what names are compared and sorted by in step with the name."""
        self.name_key = company_key(self.name)

    def parent(self) -> Organisation | None:
        """The organisation right above."""
        return Organisation.objects.filter(below__descendant=self, below__depth=1).first()


class Ancestry(models.Model):
    """Which organisation stands at or above which: corporate group → company → branch, over any number of levels.

    An organisation is at depth 0 of itself. `hierarchy.place` keeps the rows; that no circle can be written is held by
    the database: nobody is above itself, nobody is both above and below another, nobody has two parents.
    """

    ancestor = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="below", verbose_name=_("organisation above")
    )
    descendant = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="above", verbose_name=_("organisation below")
    )
    depth = models.PositiveSmallIntegerField(_("levels between"))

    class Meta:
        verbose_name = _("place in the hierarchy")
        verbose_name_plural = _("places in the hierarchy")
        ordering: ClassVar[list[str]] = ["descendant", "depth"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["descendant", "ancestor"], name="ancestry_upward"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="one_place_below_an_ancestor"),
            models.UniqueConstraint(fields=["descendant"], condition=Q(depth=1), name="one_parent_at_most"),
            models.UniqueConstraint(
                Least("ancestor", "descendant"), Greatest("ancestor", "descendant"), name="never_above_and_below"
            ),
            models.CheckConstraint(
                condition=Q(depth=0, ancestor=F("descendant")) | (Q(depth__gt=0) & ~Q(ancestor=F("descendant"))),
                name="nobody_stands_above_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ancestor} → {self.descendant}"
