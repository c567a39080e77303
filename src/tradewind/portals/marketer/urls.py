from django.urls import URLPattern, URLResolver, path

from tradewind.portals.marketer.views import (
    campaigns,
    estimates,
    gate,
    offer_predictor,
    offer_sheet,
    offer_status,
    offers,
    overview,
    placements,
    publications,
    rule_checks,
    toolkit,
)

app_name = "marketer"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("offers/", offers.offer_list, name="offer-list"),
    path("offers/export.<str:form>", offers.offer_export, name="offer-export"),
    path("offers/new/", offer_sheet.offer_create, name="offer-create"),
    path("offers/<str:code>/", offer_sheet.offer_edit, name="offer-edit"),
    path("offers/<str:code>/predictor/", offer_predictor.offer_predictor, name="offer-predictor"),
    path("offers/<str:code>/submission/", offer_status.submission, name="offer-submission"),
    path("offers/<str:code>/return/", offer_status.send_back, name="offer-return"),
    path("offers/<str:code>/release/", offer_status.release, name="offer-release"),
    path("offers/<str:code>/pause/", offer_status.pause, name="offer-pause"),
    path("offers/<str:code>/closure/", offer_status.closure, name="offer-closure"),
    path("rules/check/", rule_checks.rule_check, name="rule-check"),
    path("texts/preview/", rule_checks.text_preview, name="text-preview"),
    path("campaigns/", campaigns.campaign_list, name="campaign-list"),
    path("campaigns/new/", campaigns.campaign_create, name="campaign-create"),
    path("campaigns/<slug:code>/", campaigns.campaign_edit, name="campaign-edit"),
    path("publications/", publications.publication_list, name="publication-list"),
    path("publications/next/", publications.publish, name="publish"),
    path("publications/next/estimate/", estimates.estimate, name="estimate"),
    path("publications/gate/", gate.gate, name="gate"),
    path("publications/<int:number>/", publications.publication, name="publication"),
    path("publications/<int:number>/document/", publications.publication_document, name="publication-document"),
    path("toolkit/", toolkit.toolkit, name="toolkit"),
    path("toolkit/placements/<slug:name>/", placements.placement_edit, name="placement-edit"),
]
