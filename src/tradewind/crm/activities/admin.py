"""Activities in the back office: to read, never to change."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from tradewind.crm.activities.models import Activity


@admin.register(Activity)
class ActivityAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["happened_at", "verb", "subject", "actor"]
    list_select_related = ["actor"]
    date_hierarchy = "happened_at"
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Activity | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Activity | None = None) -> bool:
        return False
