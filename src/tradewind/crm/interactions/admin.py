"""The interaction centre's lists in the back office; conversations are held at the desk and only read here."""

from django.contrib import admin

from tradewind.crm.interactions.models import CallReason, Conversation, WrapUp
from tradewind.crm.marketing.admin import NamedAdmin, ReadOnly

admin.site.register([CallReason, WrapUp], NamedAdmin)


@admin.register(Conversation)
class ConversationAdmin(ReadOnly):
    list_display = ["uuid", "customer", "agent", "channel", "reason", "started_at", "ended_at", "wrap_up"]
    list_select_related = ["customer__person", "customer__organisation", "agent", "reason", "wrap_up"]
    list_filter = ["channel", "reason", "wrap_up"]
    show_full_result_count = False
