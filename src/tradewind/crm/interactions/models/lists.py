"""The lists that the interaction centre edits for itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tradewind.crm.toolkit.models import Named


class CallReason(Named):
    """Why the customer calls; its code is what rules compare (`call.reason == "battery"`)."""

    class Meta(Named.Meta):
        verbose_name = _("reason for a call")
        verbose_name_plural = _("reasons for a call")


class WrapUp(Named):
    """How a conversation ended."""

    class Meta(Named.Meta):
        verbose_name = _("wrap-up code")
        verbose_name_plural = _("wrap-up codes")
