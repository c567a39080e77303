"""Where a postcode area lies on the map, and where a partner receives customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.channel.rules import Status
from tradewind.crm.parties.models import area_of
from tradewind.crm.parties.models.territory import LONGEST_AREA

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User


class AreaPlace(models.Model):
    """The middle of an area on a flat map: metres to the east and to the north of the corner of its grid."""

    area = models.CharField(_("postcode area"), max_length=LONGEST_AREA, unique=True)
    east_m = models.IntegerField(_("east, metres"))
    north_m = models.IntegerField(_("north, metres"))

    class Meta:
        verbose_name = _("place of an area")
        verbose_name_plural = _("places of areas")
        ordering: ClassVar[list[str]] = ["area"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(area=""), name="placed_area_is_named")
        ]

    def __str__(self) -> str:
        return self.area


class StoreEntryQuerySet(models.QuerySet["StoreEntry"]):
    def shown(self) -> Self:
        """What strangers may see: published, of partners that are active today."""
        active = Q(partner__statuses__ended_at=None, partner__statuses__status=Status.ACTIVE)
        return self.filter(active, published_at__isnull=False)


class StoreEntry(models.Model):
    """How a partner appears in the store locator."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="store", verbose_name=_("partner"))
    street = models.CharField(_("street"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=12)
    city = models.CharField(_("city"), max_length=80)
    area = models.CharField(max_length=LONGEST_AREA, editable=False)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    services = models.CharField(_("what customers get there"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("published by"),
    )

    objects = StoreEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("store-locator entry")
        verbose_name_plural = _("store-locator entries")
        ordering: ClassVar[list[str]] = ["city", "postcode", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["area"], name="store_by_area"),
            models.Index(fields=["city", "postcode", "id"], name="store_by_city"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="store_is_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(street="") & ~Q(postcode="") & ~Q(city=""), name="store_has_an_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}"

    @transaction.atomic
    def publish(self, *, actor: User, now: datetime) -> None:
        """Let everybody see it while the partner is active; who published it first stays."""
        if self.published_at is None:
            self._set(now, actor)
            self.partner.note("store.published", actor=actor, now=now)

    @transaction.atomic
    def withdraw(self, *, actor: User, now: datetime) -> None:
        """Show it to nobody any more."""
        if self.published_at is not None:
            self._set(None, None)
            self.partner.note("store.withdrawn", actor=actor, now=now)

    def note_change(self, fields: Sequence[str], *, actor: User, now: datetime) -> None:
        """Tell on the partner's timeline who wrote what; the names of the fields are those that the writer read."""
        self.partner.note("store.changed", actor=actor, now=now, fields=list(fields))

    def _set(self, at: datetime | None, by: User | None) -> None:
        self.published_at, self.published_by = at, by
        self.save(update_fields=["published_at", "published_by"])

    def save(self, *args: Any, **how: Any) -> None:
        self.area = area_of(self.postcode)
        super().save(*args, **how)
