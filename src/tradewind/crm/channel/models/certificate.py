"""What companies and people are certified for: asked for, granted from day to day, or refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models.kind import Named
from tradewind.crm.channel.models.partner import Partner

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User


class Holder(models.TextChoices):
    PERSON = "person", _("A person")
    COMPANY = "company", _("The company")


class CertificateRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The certificate cannot be asked for or decided so; the message says why."""


class Certification(Named):
    """A kind of certificate, of people or of companies, and for how long one is good."""

    holder = models.CharField(_("held by"), max_length=8, choices=Holder.choices, default=Holder.PERSON)
    valid_months = models.PositiveSmallIntegerField(_("valid, months"), default=24)

    class Meta(Named.Meta):
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(name=""), name="certification_has_a_name"),
            models.CheckConstraint(condition=Q(holder__in=Holder.values), name="certification_holder_is_known"),
            models.CheckConstraint(condition=Q(valid_months__gte=1), name="certification_is_good_for_a_while"),
        ]


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def asked_for(self) -> Self:
        """Waiting for a word."""
        return self.filter(decided_at=None)

    def valid(self, *, on_date: date) -> Self:
        """Granted, and good on this day."""
        return self.filter(starts_date__lte=on_date, expires_date__gte=on_date)

    def expiring(self, *, on_date: date, until: date) -> Self:
        """Good still, but not after the second day, with none that goes on after it."""
        later = Certificate.objects.filter(
            partner=models.OuterRef("partner"),
            certification=models.OuterRef("certification"),
            expires_date__gt=models.OuterRef("expires_date"),
        ).filter(Q(person=models.OuterRef("person")) | Q(person=None))
        return self.valid(on_date=on_date).filter(~models.Exists(later), expires_date__lte=until)


class Certificate(models.Model):
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="certificates", verbose_name=_("partner")
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("certification")
    )
    person: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="certificates",
        null=True,
        blank=True,
        verbose_name=_("person"),
        help_text=_("Empty where the company holds it."),
    )
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    starts_date = models.DateField(_("valid from"), null=True, blank=True)
    expires_date = models.DateField(_("valid until"), null=True, blank=True)
    why_refused = models.CharField(_("why it was refused"), max_length=400, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["partner", "expires_date"], name="certificate_of_partner"),
            models.Index(fields=["expires_date"], name="certificate_by_expiry"),
            models.Index(fields=["asked_at"], condition=Q(decided_at=None), name="certificate_waiting"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, starts_date=None, expires_date=None, why_refused="")
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    starts_date__isnull=False,
                    expires_date__isnull=False,
                    expires_date__gte=F("starts_date"),
                    why_refused="",
                )
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False, starts_date=None, expires_date=None)
                    & ~Q(why_refused="")
                ),
                name="certificate_waits_or_is_granted_or_refused",
            ),
            models.UniqueConstraint(
                fields=["partner", "certification", "person"],
                condition=Q(decided_at=None, person__isnull=False),
                name="a_person_asks_once_for_a_certificate",
            ),
            models.UniqueConstraint(
                fields=["partner", "certification"],
                condition=Q(decided_at=None, person=None),
                name="a_company_asks_once_for_a_certificate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certification}: {self.person or self.partner}"

    def is_valid(self, *, on_date: date) -> bool:
        return (
            self.expires_date is not None
            and self.starts_date is not None
            and (self.starts_date <= on_date <= self.expires_date)
        )

    @transaction.atomic
    def grant(self, *, starts_date: date, actor: User, now: datetime) -> None:
        """It is good from this day on, for as long as its kind is.

        Raises:
            CertificateRefused: decided already.
        """
        self._decide(
            actor, now, starts_date=starts_date, expires_date=months_after(starts_date, self.certification.valid_months)
        )
        self.partner.note("certificate.granted", actor=actor, now=now, what=str(self))

    @transaction.atomic
    def refuse(self, *, why: str, actor: User, now: datetime) -> None:
        """Say no, with a reason that the partner reads.

        Raises:
            CertificateRefused: decided already, or no reason was given.
        """
        if not why.strip():
            raise CertificateRefused(gettext("Say why."))
        self._decide(actor, now, why_refused=why.strip())
        self.partner.note("certificate.refused", actor=actor, now=now, what=str(self), why=why.strip())

    def _decide(self, actor: User, now: datetime, **said: object) -> None:
        waiting = Certificate.objects.asked_for().filter(pk=self.pk)
        if not waiting.update(decided_at=now, decided_by=actor, **said):
            raise CertificateRefused(gettext("This certificate is decided already."))
        self.refresh_from_db()


def months_after(day: date, months: int) -> date:
    """The day before the same day so many months later, or the last one there is.

    >>> months_after(date(2026, 1, 31), 1).isoformat(), months_after(date(2026, 3, 1), 24).isoformat()
    ('2026-02-28', '2028-02-29')
    """
    years, month = divmod(day.month - 1 + months, 12)
    for length in (0, 1, 2, 3):
        try:
            later = day.replace(year=day.year + years, month=month + 1, day=day.day - length)
        except ValueError:
            continue
        return later if length else date.fromordinal(later.toordinal() - 1)
    raise ValueError(day)
