from django.urls import URLPattern, URLResolver, path

from tradewind.portals.visitor.views import invitation, mailbox, registration, stores

app_name = "visitor"
urlpatterns: list[URLPattern | URLResolver] = [
    path("become-a-partner/", registration.registration, name="registration"),
    path("become-a-partner/sent/", registration.sent, name="registration-sent"),
    path("become-a-partner/<str:token>/", registration.confirmation, name="confirmation"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("stores/", stores.stores, name="stores"),
    path("mail/", mailbox.mailbox, name="mailbox"),
]
