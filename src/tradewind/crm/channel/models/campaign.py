"""A campaign that a partner runs on its own customers, with material of the brand owner and words of its own."""

from __future__ import annotations

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models.kind import Named, PartnerType
from tradewind.crm.parties.models import Organisation

COMPANY, FIRST_NAME = "{{ company }}", "{{ first_name }}"
LONGEST_WORDS: Final = 600


class CampaignMaterial(Named):
    """A letter that the brand owner has written for partners to send; it carries the names of both."""

    subject = models.CharField(_("subject"), max_length=160)
    subject_ro = models.CharField(_("subject in Romanian"), max_length=160, blank=True)
    body = models.TextField(_("text"), help_text=_("{{ company }} and {{ first_name }} are filled in."))
    body_ro = models.TextField(_("text in Romanian"), blank=True)
    for_type: models.ForeignKey[PartnerType | None, PartnerType | None] = models.ForeignKey(
        PartnerType,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("only for partners of the type"),
    )
    is_offered = models.BooleanField(_("offered now"), default=True)

    class Meta(Named.Meta):
        verbose_name = _("campaign material")
        verbose_name_plural = _("campaign materials")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(subject="") & ~Q(body=""), name="campaign_material_says_something")
        ]

    def written_in(self, language: str) -> tuple[str, str]:
        """Subject and text in a language; English where the other is missing."""
        if language == "ro" and self.subject_ro and self.body_ro:
            return self.subject_ro, self.body_ro
        return self.subject, self.body

    def filled(self, language: str, *, company: str, first_name: str) -> tuple[str, str]:
        """Subject and text with the names in their places."""
        subject, body = (fill(part, company, first_name) for part in self.written_in(language))
        return subject, body


def fill(text: str, company: str, first_name: str) -> str:
    """The text with the names in their places."""
    return text.replace(COMPANY, company).replace(FIRST_NAME, first_name)


class PartnerCampaign(models.Model):
    """A draft until it is sent, once, to everybody who agreed to such letters."""

    partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partner_campaigns", verbose_name=_("partner")
    )
    material = models.ForeignKey(
        CampaignMaterial, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("campaign material")
    )
    own_words = models.TextField(
        _("your own words"), max_length=LONGEST_WORDS, blank=True, help_text=_("They stand above the letter.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("sent by"),
    )
    wording: models.JSONField[dict[str, list[str]] | None, dict[str, list[str]] | None] = models.JSONField(
        _("subject and text by language, as sent"), null=True, editable=False
    )

    class Meta:
        verbose_name = _("partner campaign")
        verbose_name_plural = _("partner campaigns")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["partner", "-created_at", "-id"], name="partner_campaign_latest")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(sent_at=None, sent_by=None) | Q(sent_at__isnull=False, sent_by__isnull=False),
                name="partner_campaign_says_who_sent_it",
            )
        ]

    def __str__(self) -> str:
        return str(self.material)

    def letter_to(self, first_name: str, language: str) -> tuple[str, str]:
        """Subject and text as one customer gets them."""
        kept = (self.wording or {}).get(language)
        subject, body = kept or self.material.written_in(language)
        text = f"{self.own_words}\n\n{body}" if self.own_words else body
        return fill(subject, self.partner.name, first_name), fill(text, self.partner.name, first_name)
