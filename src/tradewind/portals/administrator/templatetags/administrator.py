"""`{% load administrator %}`: what rows name and code declares, in words."""

from __future__ import annotations

import datetime as dt

from django import template

from tradewind.crm.access import ActionGroup
from tradewind.crm.access.models import AccessRight, AccessRule
from tradewind.portals.administrator import wording

register = template.Library()


@register.filter
def objects_of(rule: AccessRule) -> str:
    return wording.type_label(rule.object_type)


@register.filter
def user_actors(rule: AccessRule) -> str:
    return wording.of_user_label(rule.actors_of_user)


@register.filter
def object_actors(rule: AccessRule) -> str:
    return wording.of_object_label(rule.object_type, rule.actors_of_object)


@register.filter
def only(rule: AccessRule) -> str:
    """The filter of the rule; empty where it has none."""
    return wording.filter_label(rule.object_type, rule.object_filter) if rule.object_filter else ""


@register.filter
def action_label(action: str) -> str:
    return str(ActionGroup(action).label)


@register.filter
def reason(why: str | None) -> str:
    return wording.reason(why or "")


@register.filter
def standing(right: AccessRight, now: dt.datetime) -> str:
    """`to_come`, `ended`, or `in_force`."""
    if right.ends_at is not None and right.ends_at <= now:
        return "ended"
    return "to_come" if right.starts_at > now else "in_force"
