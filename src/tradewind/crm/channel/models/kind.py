"""What kind of partner one is, and which programme it has joined."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access.models.named import spoken


class Named(models.Model):
    """A row of a short list, with a name in both languages."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_ro = models.CharField(_("name in Romanian"), max_length=80, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return spoken(self.name, self.name_ro)


class PartnerType(Named):
    """Reseller, distributor, service partner…"""

    class Meta(Named.Meta):
        verbose_name = _("partner type")
        verbose_name_plural = _("partner types")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(name=""), name="partner_type_has_a_name")
        ]


class Programme(Named):
    """What a partner and the brand owner have agreed to give each other."""

    class Meta(Named.Meta):
        verbose_name = _("partner programme")
        verbose_name_plural = _("partner programmes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(name=""), name="programme_has_a_name")
        ]
