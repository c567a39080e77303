from django.urls import URLPattern, URLResolver, path

from tradewind.portals.agent.views import actions, consents, conversations, customers, desk, outbox

app_name = "agent"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", customers.customer_search, name="customer-search"),
    path("customers/<str:number>/", customers.customer, name="customer"),
    path("customers/<str:number>/consent/", consents.consent, name="consent"),
    path("customers/<str:number>/conversation/", actions.conversation_start, name="conversation-start"),
    path("conversations/", conversations.conversation_list, name="conversation-list"),
    path("conversations/export/<str:form>/", conversations.conversation_export, name="conversation-export"),
    path("conversations/<uuid:uuid>/", desk.conversation, name="conversation"),
    path("conversations/<uuid:uuid>/reason/", actions.change_reason, name="change-reason"),
    path("conversations/<uuid:uuid>/ask/", actions.ask_again, name="ask-again"),
    path("conversations/<uuid:uuid>/answer/", actions.answer, name="answer"),
    path("conversations/<uuid:uuid>/note/", actions.note, name="note"),
    path("conversations/<uuid:uuid>/end/", actions.end, name="end"),
    path("waiting/", outbox.outbox, name="outbox"),
]
