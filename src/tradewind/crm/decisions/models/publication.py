"""A publication is everything that marketing put before the engine at once; every one is kept as it was."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.marketing.models import Offer


class PublicationQuerySet(models.QuerySet["Publication"]):
    def running(self) -> Publication | None:
        """The one with the highest number: what the engine decides by, as far as we know."""
        return self.order_by("-number").first()


class Publication(models.Model):
    number = models.PositiveIntegerField(_("number"), unique=True)
    document: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("document"))
    digest = models.CharField(_("digest"), max_length=128)
    position = models.CharField(_("position in the engine's history"), max_length=19, blank=True)
    offers_count = models.PositiveIntegerField(_("offers"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("published by"),
        help_text=_("Empty where it was found running in the engine."),
    )
    changes: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("changes against the one before"), default=list
    )
    estimate = models.ForeignKey(
        "decisions.Estimate",
        on_delete=models.PROTECT,
        related_name="published",
        null=True,
        blank=True,
        verbose_name=_("estimate"),
        help_text=_("What was known of it when it was published; empty where it was not estimated."),
    )
    without_evidence = models.BooleanField(
        _("published without evidence"),
        default=False,
        help_text=_("The gate held it back, and whoever published it said that it shall run all the same."),
    )

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(number__gte=1), name="publication_numbers_from_1"),
            models.CheckConstraint(
                condition=Q(without_evidence=False) | Q(estimate__isnull=False),
                name="publication_without_evidence_was_estimated",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Publication %(number)s") % {"number": self.number}


class PublishedOfferQuerySet(models.QuerySet["PublishedOffer"]):
    def latest_of_each(self) -> Self:
        """One row for each offer that was ever published: that of its last publication."""
        of_offer = PublishedOffer.objects.filter(offer=OuterRef("offer")).order_by("-publication__number")
        return self.filter(pk=Subquery(of_offer.values("pk")[:1]))


class PublishedOffer(models.Model):
    """An offer as it stands in a publication; its version rises when its content does."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="offers")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="published")
    version = models.PositiveIntegerField(_("version"))
    digest = models.CharField(_("digest of the content"), max_length=64)

    objects = PublishedOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("published offer")
        verbose_name_plural = _("published offers")
        ordering: ClassVar[list[str]] = ["-publication__number", "offer__code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["publication", "offer"], name="offer_once_per_publication"),
            models.CheckConstraint(condition=Q(version__gte=1), name="published_version_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.offer.code} v{self.version}"
