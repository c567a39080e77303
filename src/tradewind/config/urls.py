"""Where each portal hangs."""

from django.contrib import admin
from django.urls import include, path

from tradewind.config.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("tradewind.portals.ui.urls")),
    path("marketing/", include("tradewind.portals.marketer.urls")),
    path("desk/", include("tradewind.portals.agent.urls")),
    path("partner/", include("tradewind.portals.partner.urls")),
    path("channel/", include("tradewind.portals.channel_manager.urls")),
    path("access/", include("tradewind.portals.administrator.urls")),
    path("", include("tradewind.portals.visitor.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
