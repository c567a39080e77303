from django.urls import URLPattern, URLResolver, path

from tradewind.portals.ui.views import demo, health, preferences, saved_views, shortcuts, style_guide

app_name = "ui"
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("ui/", style_guide.style_guide, name="style-guide"),
    path("ui/preferences/", preferences.preferences, name="preferences"),
    path("ui/views/", saved_views.keep, name="saved-view-keep"),
    path("ui/views/<int:pk>/removal/", saved_views.let_go, name="saved-view-removal"),
    path("ui/shortcuts/", shortcuts.shortcuts, name="shortcuts"),
    path("demo/sign-in/", demo.demo_sign_in, name="demo-sign-in"),
]
