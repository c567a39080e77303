"""A placement is a space for offers in a channel; its arbitration says how the offers compete for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.activities.models import Activity
from tradewind.crm.identity.models import User
from tradewind.crm.toolkit.models.named import in_active_language


class Channel(models.TextChoices):
    CALL_CENTER = "call-center", _("Phone")
    WEB = "web", _("Web")
    STORE = "store", _("Store")


class RankedBy(models.TextChoices):
    """Whose propensities compete for a placement; the profiles explain in any case."""

    PROFILES = "profiles", _("profiles: they explain and rank")
    SCORER = "scorer", _("scorer: it ranks, the profiles explain")


class Arbitration(models.Model):
    """`score = propensity ** exponent * value * weight`; at most `per_group` offers of one group."""

    name = models.SlugField(_("name"), max_length=64, unique=True)
    exponent = models.FloatField(_("exponent of propensity"), default=1.0)
    per_group = models.PositiveSmallIntegerField(_("offers per group at most"), null=True, blank=True)

    class Meta:
        verbose_name = _("arbitration")
        verbose_name_plural = _("arbitrations")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(exponent__gte=0, exponent__lte=10), name="arbitration_exponent_0_to_10"),
            models.CheckConstraint(
                condition=Q(per_group__isnull=True) | Q(per_group__gte=1), name="arbitration_per_group_from_1"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Placement(models.Model):
    class Exploration(models.TextChoices):
        THOMPSON = "thompson", _("Thompson sampling")
        SQUARECB = "squarecb", _("inverse gap weighting")
        GREEDY = "greedy", _("always the best known")

    name = models.SlugField(_("name"), max_length=64, unique=True)
    label = models.CharField(_("label"), max_length=120)
    label_ro = models.CharField(_("label in Romanian"), max_length=120, blank=True)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)
    limit = models.PositiveSmallIntegerField(
        _("offers at most"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    exploration = models.CharField(
        _("exploration"), max_length=8, choices=Exploration.choices, default=Exploration.THOMPSON
    )
    ranked_by = models.CharField(
        _("ranked by"),
        max_length=8,
        choices=RankedBy.choices,
        default=RankedBy.PROFILES,
        help_text=_(
            "Whose propensity is compared. A scorer begins with the newest responses that the profiles keep, 500 at "
            "most, and most often chooses better after some hundred; the profiles go on learning and say why."
        ),
    )
    floor = models.FloatField(
        _("share of exploration at least"),
        default=0.05,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text=_("From 0 to 1; 0.05 keeps five decisions in a hundred for offers that are not the best known."),
    )
    introduction = models.PositiveSmallIntegerField(
        _("responses that introduce a new offer"),
        default=50,
        validators=[MaxValueValidator(10_000)],
        help_text=_(
            "Among offers that are known well, a new one gets at least an even share until its profile has had so "
            "many; 0 introduces nothing."
        ),
    )
    control_percent = models.FloatField(
        _("control group in percent"),
        default=2.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(100.0)],
        help_text=_("Customers who get offers at random, so that what choosing adds can be measured."),
    )
    arbitration = models.ForeignKey(
        Arbitration, on_delete=models.PROTECT, related_name="placements", verbose_name=_("arbitration")
    )

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="placement_channel_known"),
            models.CheckConstraint(condition=Q(limit__gte=1, limit__lte=50), name="placement_limit_1_to_50"),
            models.CheckConstraint(condition=Q(ranked_by__in=RankedBy.values), name="placement_ranked_by_known"),
            models.CheckConstraint(condition=Q(floor__gte=0, floor__lte=1), name="placement_floor_is_a_share"),
            models.CheckConstraint(
                condition=Q(introduction__gte=0, introduction__lte=10_000), name="placement_introduction_to_10000"
            ),
            models.CheckConstraint(
                condition=Q(control_percent__gte=0, control_percent__lte=100), name="placement_control_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return in_active_language(self.label, self.label_ro)

    def revise(self, *, changed: Mapping[str, Any], actor: User, now: datetime) -> None:
        """Saves the row and notes who changed what; the engine hears of it with the next publication.

        Args:
            changed: what each changed field was and is, `{"limit": [3, 5]}`.
        """
        with transaction.atomic():
            self.save()
            Activity.objects.create(
                verb="placement.changed", actor=actor, happened_at=now, subject=self.name, detail=dict(changed)
            )
