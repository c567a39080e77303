from django.urls import URLPattern, URLResolver, path

from tradewind.portals.channel_manager.views import (
    certificates,
    onboarding,
    overview,
    partner,
    partners,
    people,
    pipeline,
    programme,
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
    path("partners/<uuid:uuid>/programme/", programme.programme, name="partner-programme"),
    path("partners/<uuid:uuid>/contracts/", programme.contracts, name="partner-contracts"),
    path("partners/<uuid:uuid>/goals/", programme.goals, name="partner-goals"),
    path("partners/<uuid:uuid>/goals/<int:pk>/removal/", programme.goal_removal, name="partner-goal-removal"),
    path("partners/<uuid:uuid>/certificates/", certificates.of_partner, name="partner-certificates"),
    path("partners/<uuid:uuid>/certificates/new/", certificates.ask, name="partner-certificate-ask"),
    path("partners/<uuid:uuid>/certificates/<int:pk>/grant/", certificates.grant, name="certificate-grant"),
    path("partners/<uuid:uuid>/certificates/<int:pk>/refusal/", certificates.refusal, name="certificate-refusal"),
    path("partners/<uuid:uuid>/authorisations/", certificates.authorisations, name="partner-authorisations"),
    path("partners/<uuid:uuid>/authorisations/<int:pk>/end/", certificates.authorisation_end, name="authorisation-end"),
    path("certificates/", certificates.certificate_list, name="certificate-list"),
    path("pipeline/", pipeline.pipeline, name="pipeline"),
    path("registrations/", registrations.registration_list, name="registration-list"),
    path("registrations/<uuid:uuid>/", registrations.registration, name="registration"),
    path("registrations/<uuid:uuid>/approval/", registrations.approval, name="registration-approval"),
    path("registrations/<uuid:uuid>/rejection/", registrations.rejection, name="registration-rejection"),
    path("registrations/<uuid:uuid>/owner/", registrations.owner, name="registration-owner"),
]
