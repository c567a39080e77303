"""What was published, and what waits or was refused on its way to the engine; to look at, not to change."""

from django.contrib import admin

from tradewind.crm.decisions.models import Decision, Estimate, Gate, Outbox, Publication, Stop
from tradewind.crm.marketing.admin import ReadOnly


@admin.register(Publication)
class PublicationAdmin(ReadOnly):
    list_display = ["number", "offers_count", "published_at", "published_by", "without_evidence", "digest"]
    list_select_related = ["published_by"]


@admin.register(Estimate)
class EstimateAdmin(ReadOnly):
    list_display = ["against", "asked_at", "asked_by", "status", "verdict", "finished_at", "reason"]
    list_select_related = ["against", "asked_by"]
    list_filter = ["status", "verdict"]


@admin.register(Gate)
class GateAdmin(ReadOnly):
    list_display = ["set_at", "set_by", "mode", "margin"]
    list_select_related = ["set_by"]


@admin.register(Stop)
class StopAdmin(ReadOnly):
    list_display = ["offer", "started_at", "started_by", "note", "position", "ended_at", "ended_by"]
    list_select_related = ["offer", "started_by", "ended_by"]


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = ["uuid", "asked_at", "event", "channel", "mode", "trouble", "publication_number", "elapsed_ms"]
    list_filter = ["mode", "trouble", "event"]
    search_fields = ["uuid", "engine_id", "session"]
    show_full_result_count = False


@admin.register(Outbox)
class OutboxAdmin(ReadOnly):
    list_display = ["id", "created_at", "attempts", "next_attempt_at", "sent_at", "refused_at", "refusal", "last_error"]
    list_filter = ["sent_at", "refused_at"]
    show_full_result_count = False
