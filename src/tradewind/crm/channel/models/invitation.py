"""A link by which a person comes in and sets a password: good once, for some days."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.links import seal
from tradewind.crm.channel.models.partner import Partner

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User

JOIN = "join"


class Invitation(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("partner")
    )
    user: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("person")
    )
    invited_at = models.DateTimeField(_("invited at"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    expires_at = models.DateTimeField(_("good until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar[list[str]] = ["-invited_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(expires_at__gte=F("invited_at")), name="invitation_expires_after_it_was_sent"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(used_at__gte=F("invited_at"), used_at__lte=F("expires_at")),
                name="invitation_used_while_it_was_good",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.partner}"

    def token(self) -> str:
        """What stands at the end of the link."""
        return seal(JOIN, self.uuid)

    def is_open(self, *, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at
