"""A letter that lets somebody set the first password of their account: once, and only for some days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import User
from tradewind.crm.parties.models.membership import Membership

VALID: Final = timedelta(days=3)


class Tokens(PasswordResetTokenGenerator):
    """Signs the state of an invitation: what was used or withdrawn no longer carries its token."""

    key_salt = "tradewind.crm.parties.Invitation"

    def _make_hash_value(self, user: Invitation, timestamp: int) -> str:  # type: ignore[override]
        person = user.membership.user
        return f"{user.pk}{person.pk}{person.password}{person.email}{user.ended_at}{timestamp}"


tokens: Final = Tokens()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither used nor withdrawn."""
        return self.filter(ended_at=None)


class Invitation(models.Model):
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("membership")
    )
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by"))
    invited_at = models.DateTimeField(_("invited at"))
    expires_at = models.DateTimeField(_("valid until"))
    ended_at = models.DateTimeField(_("used or withdrawn at"), null=True, blank=True)
    was_accepted = models.BooleanField(_("accepted"), default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar[list[str]] = ["-invited_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(ended_at=None), name="one_open_invitation_a_membership"
            ),
            models.CheckConstraint(
                condition=Q(was_accepted=False) | Q(ended_at__isnull=False), name="invitation_accepted_has_ended"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="invitation_expires_later"),
        ]

    def __str__(self) -> str:
        return str(self.membership)

    @property
    def token(self) -> str:
        """What the link carries; it is nowhere kept."""
        return tokens.make_token(self)  # type: ignore[arg-type]  # the generator only hands it on

    def admits(self, token: str, *, now: datetime) -> bool:
        """May whoever holds this link set the password now?"""
        is_open = self.ended_at is None and now < self.expires_at
        works_there = self.membership.until_date is None and self.membership.user.is_active
        return is_open and works_there and tokens.check_token(self, token)  # type: ignore[arg-type]

    def end(self, *, now: datetime, accepted: bool) -> bool:
        """Let nobody use it any more; False where somebody was faster."""
        ended = Invitation.objects.open().filter(pk=self.pk).update(ended_at=now, was_accepted=accepted)
        self.refresh_from_db()
        return bool(ended)
