"""A company that asks to become a partner."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.links import seal
from tradewind.crm.channel.models.kind import PartnerType
from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.channel.names import company_domain
from tradewind.crm.channel.vat import LONGEST_VAT_ID
from tradewind.crm.identity.models import Language
from tradewind.crm.parties.names import company_key
from tradewind.crm.parties.words import LONGEST_WORD

CONFIRM = "confirm"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def undecided(self) -> Self:
        """Confirmed, and nobody has said yes or no."""
        return self.filter(approval__isnull=False, approval__decided_at=None)


class Registration(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    company = models.CharField(_("company"), max_length=160)
    name_key = models.CharField(max_length=LONGEST_WORD, editable=False)
    vat_id = models.CharField(_("VAT id or CUI"), max_length=LONGEST_VAT_ID)
    email_domain = models.CharField(max_length=120, blank=True, editable=False)
    city = models.CharField(_("city"), max_length=80)
    postcode = models.CharField(_("postcode"), max_length=12)
    website = models.URLField(_("website"), blank=True)
    wanted_type: models.ForeignKey[PartnerType | None, PartnerType | None] = models.ForeignKey(
        PartnerType, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("wants to be")
    )
    areas = models.CharField(_("areas"), max_length=200, blank=True)
    certificates = models.CharField(_("certificates"), max_length=400, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120)
    contact_email = models.EmailField(_("e-mail address"), max_length=254)
    contact_phone = models.CharField(_("phone"), max_length=32, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH)
    registered_at = models.DateTimeField(_("registered at"))
    link_expires_at = models.DateTimeField(_("link good until"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    partner: models.ForeignKey[Partner | None, Partner | None] = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="registrations",
        null=True,
        blank=True,
        verbose_name=_("partner"),
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering: ClassVar[list[str]] = ["-registered_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["vat_id"], name="registration_by_vat_id"),
            models.Index(fields=["name_key"], name="registration_by_name"),
            models.Index(fields=["email_domain"], name="registration_by_domain"),
            models.Index(fields=["-registered_at", "-id"], name="registration_latest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(company="") & ~Q(vat_id="") & ~Q(contact_name="") & ~Q(contact_email=""),
                name="registration_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=F("registered_at")),
                name="registration_confirmed_after_it_came",
            ),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="registration_language_is_known"),
        ]

    def __str__(self) -> str:
        return self.company

    def save(self, *args: Any, **how: Any) -> None:
        self.name_key, self.email_domain = company_key(self.company), company_domain(self.contact_email)
        super().save(*args, **how)

    def token(self) -> str:
        """What stands at the end of the link that confirms the address."""
        return seal(CONFIRM, self.uuid)

    def is_open(self, *, now: datetime) -> bool:
        """Can the link still confirm the address?"""
        return self.confirmed_at is None and now < self.link_expires_at
