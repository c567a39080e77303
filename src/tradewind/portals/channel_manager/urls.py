from django.urls import URLPattern, URLResolver, path

from tradewind.portals.channel_manager.views import (
    onboarding,
    overview,
    partner,
    partners,
    people,
    pipeline,
    registrations,
)

app_name = "channel"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("partners/", partners.partner_list, name="partner-list"),
    path("partners/export.<str:form>", partners.partner_export, name="partner-export"),
    path("partners/new/", partner.partner_create, name="partner-create"),
    path("partners/<uuid:uuid>/", partner.partner_page, name="partner"),
    path("partners/<uuid:uuid>/edit/", partner.partner_edit, name="partner-edit"),
    path("partners/<uuid:uuid>/approval/", people.admission, name="partner-admission"),
    path("partners/<uuid:uuid>/status/<slug:wanted>/", onboarding.status, name="partner-status"),
    path("partners/<uuid:uuid>/steps/<slug:step>/", onboarding.step, name="partner-step"),
    path("partners/<uuid:uuid>/invitations/", people.invitation, name="partner-invitation"),
    path("pipeline/", pipeline.pipeline, name="pipeline"),
    path("registrations/", registrations.registration_list, name="registration-list"),
    path("registrations/<uuid:uuid>/", registrations.registration, name="registration"),
    path("registrations/<uuid:uuid>/approval/", registrations.approval, name="registration-approval"),
    path("registrations/<uuid:uuid>/rejection/", registrations.rejection, name="registration-rejection"),
    path("registrations/<uuid:uuid>/owner/", registrations.owner, name="registration-owner"),
]
