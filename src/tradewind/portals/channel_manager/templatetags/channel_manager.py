"""`{% load channel_manager %}`: statuses of partners, and days that have passed."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tradewind.crm.channel.models import Status

register = template.Library()

STATUS_TONES: dict[str, str] = {
    Status.REGISTERED: "accent",
    Status.APPROVED: "accent",
    Status.ONBOARDING: "accent",
    Status.ACTIVE: "good",
    Status.SUSPENDED: "warn",
}


@register.simple_tag
def partner_status(status: str) -> SafeString:
    """The status of a partner with its mark."""
    if status not in Status.values:
        return SafeString()
    tone = STATUS_TONES.get(status, "")
    marked = format_html(' data-tone="{}"', tone) if tone else ""
    return format_html('<span class="badge"{}>{}</span>', marked, Status(status).label)


@register.filter
def days_ago(moment: dt.datetime | None) -> int:
    """Whole days since then."""
    return (timezone.now() - moment).days if moment else 0
