"""Which product families a partner may sell, from day to day."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models.partner import Partner


class AuthorisationQuerySet(models.QuerySet["Authorisation"]):
    def current(self) -> Self:
        return self.filter(until_date=None)


class Authorisation(models.Model):
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="authorisations", verbose_name=_("partner")
    )
    family = models.CharField(_("product family"), max_length=60)
    since_date = models.DateField(_("since"))
    until_date = models.DateField(_("until"), null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by")
    )

    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("product authorisation")
        verbose_name_plural = _("product authorisations")
        ordering: ClassVar[list[str]] = ["family", "-since_date"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["family", "until_date"], name="authorised_for")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partner", "family"], condition=Q(until_date=None), name="authorised_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(family=""), name="authorisation_names_a_family"),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("since_date")),
                name="authorisation_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.family

    def end(self, *, on_date: date) -> None:
        """The last day on which the partner may sell it."""
        self.until_date = max(on_date, self.since_date)
        self.save(update_fields=["until_date"])
