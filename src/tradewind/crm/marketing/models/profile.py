"""A recipient profile says whom an offer suits and why; the first that holds counts and roots the predictor."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tradewind.crm.marketing.models.offer import Offer
from tradewind.crm.toolkit.models.named import in_active_language


class RecipientProfile(models.Model):
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="profiles", verbose_name=_("offer"))
    position = models.PositiveSmallIntegerField(_("place in the order"), default=0)
    code = models.CharField(
        _("code"),
        max_length=64,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", _("Use letters, digits, -, _ and . only."))],
    )
    name = models.CharField(_("name"), max_length=160)
    rule = models.TextField(_("rule"), default="true", max_length=8000)
    suitability_en = models.TextField(_("why it suits them, in English"), blank=True, max_length=4000)
    suitability_ro = models.TextField(_("why it suits them, in Romanian"), blank=True, max_length=4000)

    class Meta:
        verbose_name = _("recipient profile")
        verbose_name_plural = _("recipient profiles")
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["offer", "code"],
                name="profile_code_once_per_offer",
                violation_error_message=_("Another profile of this offer has this code."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def suitability(self) -> str:
        return in_active_language(self.suitability_en, self.suitability_ro)
