"""The short lists of the channel in the back office: types, programmes with their tiers, certifications, material."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from tradewind.crm.channel.models import CampaignMaterial, Certification, PartnerType, Programme, Tier, TierCriterion


class TierInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Tier
    extra = 0


class CriterionInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    model = TierCriterion
    extra = 0


@admin.register(PartnerType)
class PartnerTypeAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "name_ro", "code"]
    search_fields = ["name", "code"]


@admin.register(Programme)
class ProgrammeAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "name_ro", "code"]
    search_fields = ["name", "code"]
    inlines = [TierInline]


@admin.register(Tier)
class TierAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "programme", "rank"]
    list_select_related = ["programme"]
    search_fields = ["name"]
    inlines = [CriterionInline]


@admin.register(Certification)
class CertificationAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "holder", "valid_months"]
    search_fields = ["name", "code"]


@admin.register(CampaignMaterial)
class CampaignMaterialAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "for_type", "is_offered"]
    list_filter = ["is_offered", "for_type"]
