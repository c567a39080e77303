"""What has to be done before a partner is active, one row each, with who did it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.channel.rules import Step

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User


class OnboardingStep(models.Model):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="steps", verbose_name=_("partner"))
    step = models.CharField(_("step"), max_length=12, choices=Step.choices)
    position = models.PositiveSmallIntegerField(_("position"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("done by"),
    )

    class Meta:
        verbose_name = _("onboarding step")
        verbose_name_plural = _("onboarding steps")
        ordering: ClassVar[list[str]] = ["partner", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["partner", "step"], name="a_step_once_a_partner"),
            models.CheckConstraint(condition=Q(step__in=Step.values), name="onboarding_step_is_known"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="a_step_is_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.get_step_display()

    @transaction.atomic
    def tick(self, *, actor: User, now: datetime) -> None:
        """Be done; who and when stay as they are where it was done already."""
        if self.done_at is None:
            self._set(now, actor)
            self.partner.note("partner.step_done", actor=actor, now=now, step=self.step)

    @transaction.atomic
    def untick(self, *, actor: User, now: datetime) -> None:
        """Not be done after all; the timeline keeps both."""
        if self.done_at is not None:
            self._set(None, None)
            self.partner.note("partner.step_undone", actor=actor, now=now, step=self.step)

    def _set(self, at: datetime | None, by: User | None) -> None:
        self.done_at, self.done_by = at, by
        self.save(update_fields=["done_at", "done_by"])
