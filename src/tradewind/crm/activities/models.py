"""What happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User


class Activity(models.Model):
    verb = models.CharField(_("verb"), max_length=60)
    actor: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        "identity.User",
        on_delete=models.PROTECT,
        related_name="activities",
        null=True,
        blank=True,
        verbose_name=_("who"),
        help_text=_("Empty where the system did it by itself."),
    )
    happened_at = models.DateTimeField(_("when"))
    subject = models.CharField(_("about"), max_length=200)
    detail: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-happened_at", "-id"]
        indexes = [
            models.Index(fields=["-happened_at"], name="activity_when"),
            models.Index(fields=["actor", "-happened_at"], name="activity_of_whom"),
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(verb=""), name="activity_has_a_verb")]

    def __str__(self) -> str:
        return f"{self.verb}: {self.subject}"
