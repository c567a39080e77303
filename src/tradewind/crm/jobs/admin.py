"""What the worker did, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from tradewind.crm.jobs.models import Run


@admin.register(Run)
class RunAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "started_at", "finished_at", "failed_at", "done", "message"]
    list_filter = ["name"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
