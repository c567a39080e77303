from django.urls import URLPattern, URLResolver, path

from tradewind.portals.ui.views import health, preferences, shortcuts

app_name = "ui"
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("ui/preferences/", preferences.preferences, name="preferences"),
    path("ui/shortcuts/", shortcuts.shortcuts, name="shortcuts"),
]
