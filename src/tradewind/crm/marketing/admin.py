"""Marketing's lists in the back office; campaigns and offers are written in the workspace and only read here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from tradewind.crm.marketing.models import (
    Campaign,
    CampaignType,
    Objective,
    Offer,
    OfferGroup,
    Priority,
    Tactic,
)


@admin.register(CampaignType, Objective, Tactic, Priority, OfferGroup)
class NamedAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["code", "name", "name_ro", "position"]
    search_fields = ["code", "name", "name_ro"]


class ReadOnly(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Rows that are made by verbs, which know who and when."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Campaign)
class CampaignAdmin(ReadOnly):
    list_display = ["code", "name", "type", "start_date", "end_date", "owner"]
    list_select_related = ["type", "owner"]
    search_fields = ["code", "name"]


@admin.register(Offer)
class OfferAdmin(ReadOnly):
    list_display = ["code", "title", "campaign", "group", "display", "priority", "value"]
    list_select_related = ["campaign", "group"]
    list_filter = ["group", "display"]
    search_fields = ["code", "title"]
