"""The lists that marketing edits for itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tradewind.crm.toolkit.models import Named


class CampaignType(Named):
    class Meta(Named.Meta):
        verbose_name = _("campaign type")
        verbose_name_plural = _("campaign types")


class Objective(Named):
    class Meta(Named.Meta):
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")


class Tactic(Named):
    class Meta(Named.Meta):
        verbose_name = _("tactic")
        verbose_name_plural = _("tactics")


class Priority(Named):
    class Meta(Named.Meta):
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")


class OfferGroup(Named):
    """Offers of one group learn from each other at the start and can be kept apart on one screen."""

    class Meta(Named.Meta):
        verbose_name = _("offer group")
        verbose_name_plural = _("offer groups")
