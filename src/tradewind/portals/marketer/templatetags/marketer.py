"""`{% load marketer %}`: statuses, channels and changes of offers."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from tradewind.crm.decisions.predictors import Quality, Scored
from tradewind.crm.marketing.models import Offer, Status
from tradewind.crm.toolkit.models import Channel
from tradewind.portals.marketer.learnt import wording
from tradewind.portals.marketer.publishing import Changed

register = template.Library()

STATUS_TONES: dict[str, str] = {
    Status.IN_REVIEW: "accent",
    Status.RELEASED: "good",
    Status.PAUSED: "warn",
}
CHANGE_KINDS: dict[str, str] = {
    "removed": "less",
    "less": "less",
    "changed": "edit",
    "reordered": "edit",
    "edit": "edit",
}


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """The status of an offer with its mark."""
    if status not in Status.values:
        return SafeString()
    tone = STATUS_TONES.get(status, "")
    return format_html(
        '<span class="badge"{}>{}</span>',
        format_html(' data-tone="{}"', tone) if tone else "",
        Status(status).label,
    )


@register.simple_tag
def stopped_badge() -> SafeString:
    """The mark of an offer under an emergency stop, beside its status."""
    return format_html('<span class="badge" data-tone="bad">{}</span>', pgettext("offer", "Stopped"))


@register.simple_tag
def channels(offer: Offer) -> str:
    """The channels of an offer's placements, each once, in the order of the toolkit."""
    used = {placement.channel for placement in offer.placements.all()}
    return ", ".join(str(channel.label) for channel in Channel if channel in used)


@register.filter
def change_kind(change: Any) -> str:
    """`less`, `edit`, or nothing for what is new: the mark before a change."""
    return CHANGE_KINDS.get(getattr(change, "kind", ""), "")


@register.filter
def of_key(mapping: dict[str, Any], key: str) -> Any:
    return mapping.get(key)


@register.simple_tag
def regroup_whole(groups: list[Changed]) -> dict[str, list[Changed]]:
    """Offers that come or go as a whole, apart from those that change."""
    return {
        "whole": [group for group in groups if group.code and group.kind != "changed"],
        "changed": [group for group in groups if not group.code or group.kind == "changed"],
    }


@register.simple_tag
def moved_words(difference: float) -> str:
    return wording.points(difference)


@register.simple_tag
def scored_words(scored: Scored) -> str:
    return wording.scored_words(scored)


@register.simple_tag
def scored_rows(scored: Scored) -> list[tuple[str, Quality]]:
    return wording.scored_rows(scored)
