"""A decision is what was proposed for a customer at one moment, and by whom: the engine, or our standing offers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import Language
from tradewind.crm.marketing.models import Offer
from tradewind.crm.parties.models import Customer
from tradewind.crm.toolkit.models import Channel


class Decision(models.Model):
    class Mode(models.TextChoices):
        LEARNED = "learned", _("learned")
        CONTROL = "control", _("control group")
        FALLBACK = "fallback", _("fallback offers")
        """The engine's own defaults, where nothing else was allowed; or standing offers, where it was away."""

    class Trouble(models.TextChoices):
        """Why the engine did not decide."""

        AWAY = "away", _("The engine is not reachable.")
        SLOW = "slow", _("The engine did not answer in time.")
        REFUSED = "refused", _("The engine refused the question.")

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    engine_id = models.CharField(_("id in the engine"), max_length=128, unique=True, null=True, blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("customer")
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="decisions",
        null=True,
        blank=True,
        verbose_name=_("agent"),
    )
    event = models.CharField(_("event"), max_length=64)
    session = models.CharField(_("session"), max_length=128)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices)
    publication_number = models.PositiveIntegerField(_("publication"), null=True, blank=True)
    position = models.CharField(_("position in the engine's history"), max_length=19, blank=True)
    mode = models.CharField(_("decided by"), max_length=8, choices=Mode.choices)
    arm = models.CharField(_("arm"), max_length=32, blank=True)
    trouble = models.CharField(_("trouble"), max_length=8, choices=Trouble.choices, blank=True)
    trouble_detail = models.TextField(_("what the engine said"), blank=True)
    missing: models.JSONField[list[str], list[str]] = models.JSONField(_("attributes missing"), default=list)
    withheld = models.PositiveIntegerField(_("offers withheld"), default=0)
    asked_at = models.DateTimeField(_("asked at"))
    elapsed_ms = models.FloatField(_("took, in milliseconds"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer", "-asked_at"], name="decision_of_customer"),
            models.Index(fields=["session"], name="decision_of_session"),
            models.Index(fields=["-asked_at"], name="decision_by_time"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(engine_id__isnull=False) | Q(mode="fallback"), name="decision_without_engine_is_fallback"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_standing(self) -> bool:
        """True where the engine was away, so these are the standing offers of the publication."""
        return self.engine_id is None


class DecidedOffer(models.Model):
    """One offer of a decision, worded as the customer heard it. The numbers are empty for standing offers."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="offers")
    rank = models.PositiveSmallIntegerField(_("rank"))
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="decided")
    treatment = models.CharField(_("treatment"), max_length=128)
    title = models.TextField(_("title"), blank=True)
    body = models.TextField(_("body"), blank=True)
    pitch = models.TextField(_("agent's pitch"), blank=True)
    link = models.TextField(_("link"), blank=True)
    profile = models.CharField(_("profile"), max_length=200, blank=True)
    reason = models.TextField(_("why it suits"), blank=True)
    propensity = models.FloatField(_("chance to accept"), null=True, blank=True)
    lower = models.FloatField(_("at least"), null=True, blank=True)
    upper = models.FloatField(_("at most"), null=True, blank=True)
    selection_probability = models.FloatField(_("chance to be picked"), null=True, blank=True)
    value = models.FloatField(_("value"))
    score = models.FloatField(_("score"), null=True, blank=True)
    fallback = models.BooleanField(_("standing offer"), default=False)

    class Meta:
        verbose_name = _("decided offer")
        verbose_name_plural = _("decided offers")
        ordering: ClassVar[list[str]] = ["rank"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["offer", "decision"], name="decided_of_offer")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["decision", "rank"], name="one_offer_per_rank"),
            models.UniqueConstraint(fields=["decision", "offer"], name="offer_once_per_decision"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="decided_rank_from_1"),
            models.CheckConstraint(
                condition=Q(fallback=True) | Q(propensity__isnull=False, selection_probability__isnull=False),
                name="decided_by_engine_has_propensity",
            ),
            models.CheckConstraint(
                condition=Q(selection_probability__isnull=True)
                | Q(selection_probability__gt=0, selection_probability__lte=1),
                name="decided_selection_probability_is_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.title or self.offer.title}"
