"""The application toolkit in the back office: the place where it is set up."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from tradewind.crm.toolkit.models import (
    Arbitration,
    Attribute,
    ConditionGroup,
    EventDeclaration,
    Outcome,
    Placement,
)


class AttributeInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Attribute
    extra = 0


@admin.register(ConditionGroup)
class ConditionGroupAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "label", "label_ro", "position"]
    inlines = [AttributeInline]


@admin.register(Placement)
class PlacementAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = [
        "name",
        "label",
        "channel",
        "limit",
        "exploration",
        "ranked_by",
        "floor",
        "introduction",
        "control_percent",
    ]
    list_filter = ["channel"]


@admin.register(Arbitration)
class ArbitrationAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "exponent", "per_group"]


@admin.register(EventDeclaration)
class EventDeclarationAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "label", "placement", "presents"]
    filter_horizontal = ["groups"]


@admin.register(Outcome)
class OutcomeAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "label", "label_ro", "reward", "final", "window_hours", "position"]
