"""A treatment is how an offer is worded in one channel and one language."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import Language
from tradewind.crm.marketing.models.offer import Offer
from tradewind.crm.toolkit.models import Channel


class Treatment(models.Model):
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="treatments", verbose_name=_("offer"))
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("body"), blank=True, max_length=4000)
    pitch = models.TextField(
        _("agent's pitch"), blank=True, max_length=4000, help_text=_("Said aloud; two sentences at most.")
    )
    link = models.CharField(_("link"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        ordering: ClassVar[list[str]] = ["channel", "language"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["offer", "channel", "language"],
                name="treatment_once_per_channel_and_language",
                violation_error_message=_("This offer already has texts for this channel and language."),
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="treatment_channel_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="treatment_language_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}, {self.get_language_display()}"

    @property
    def code(self) -> str:
        """The name of this treatment in a publication."""
        return f"{self.channel}-{self.language}"

    @property
    def texts(self) -> dict[str, str]:
        named = {"title": self.title, "body": self.body, "pitch": self.pitch, "link": self.link}
        return {name: text for name, text in named.items() if text}
