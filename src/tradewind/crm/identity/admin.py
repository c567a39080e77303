"""Skills in the back office; users and their roles are there with the rules of access."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from tradewind.crm.identity.models import Skill


@admin.register(Skill)
class SkillAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
