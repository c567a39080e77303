from django.urls import URLPattern, URLResolver, path

from tradewind.portals.channel_manager.desks import DESKS, Desk
from tradewind.portals.channel_manager.views import (
    certificates,
    contracts,
    handing,
    imports,
    marketing,
    notices,
    onboarding,
    overview,
    partner,
    partners,
    people,
    pipeline,
    programme,
    questions,
    registrations,
    stores,
    structure,
    territories,
    work,
)

app_name = "channel"


def paths_of(desk: Desk) -> list[URLPattern]:
    """The same addresses for every kind of record that partners work on."""
    kind, name, slug = {"desk": desk}, desk.name, desk.slug
    found = [
        path(f"{slug}/", work.work_list, kind, name=f"{name}-list"),
        path(f"{slug}/export.<str:form>", work.work_export, kind, name=f"{name}-export"),
        path(f"{slug}/<int:pk>/", work.record, kind, name=name),
        path(f"{slug}/<int:pk>/message/", work.message, kind, name=f"{name}-message"),
        path(f"{slug}/<int:pk>/assignment/", work.assign, kind, name=f"{name}-assign"),
    ]
    if desk.hands:
        found += [
            path(f"{slug}/<int:pk>/partner/", handing.hand, kind, name=f"{name}-hand"),
            path(f"{slug}/<int:pk>/return/", handing.take_back, kind, name=f"{name}-take-back"),
        ]
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("questions/", questions.questions, name="questions"),
    path("partners/", partners.partner_list, name="partner-list"),
    path("partners/export.<str:form>", partners.partner_export, name="partner-export"),
    path("partners/imports/", imports.import_list, name="import-list"),
    path("partners/imports/<uuid:uuid>/", imports.run, name="import"),
    path("partners/imports/<uuid:uuid>/confirmation/", imports.confirmation, name="import-confirmation"),
    path("partners/imports/<uuid:uuid>/report.<str:form>", imports.report, name="import-report"),
    path("partners/new/", partner.partner_create, name="partner-create"),
    path("partners/<uuid:uuid>/", partner.partner_page, name="partner"),
    path("partners/<uuid:uuid>/edit/", partner.partner_edit, name="partner-edit"),
    path("partners/<uuid:uuid>/approval/", people.admission, name="partner-admission"),
    path("partners/<uuid:uuid>/status/<slug:wanted>/", onboarding.status, name="partner-status"),
    path("partners/<uuid:uuid>/steps/<slug:step>/", onboarding.step, name="partner-step"),
    path("partners/<uuid:uuid>/invitations/", people.invitation, name="partner-invitation"),
    path("partners/<uuid:uuid>/programme/", programme.programme, name="partner-programme"),
    path("partners/<uuid:uuid>/contracts/", programme.contracts, name="partner-contracts"),
    path("partners/<uuid:uuid>/contracts/<int:pk>/", contracts.contract, name="contract"),
    path("documents/<uuid:uuid>/", contracts.document, name="contract-document"),
    path("partners/<uuid:uuid>/goals/", programme.goals, name="partner-goals"),
    path("partners/<uuid:uuid>/goals/<int:pk>/removal/", programme.goal_removal, name="partner-goal-removal"),
    path("partners/<uuid:uuid>/certificates/", certificates.of_partner, name="partner-certificates"),
    path("partners/<uuid:uuid>/certificates/new/", certificates.ask, name="partner-certificate-ask"),
    path("partners/<uuid:uuid>/certificates/<int:pk>/grant/", certificates.grant, name="certificate-grant"),
    path("partners/<uuid:uuid>/certificates/<int:pk>/refusal/", certificates.refusal, name="certificate-refusal"),
    path("partners/<uuid:uuid>/authorisations/", certificates.authorisations, name="partner-authorisations"),
    path("partners/<uuid:uuid>/authorisations/<int:pk>/end/", certificates.authorisation_end, name="authorisation-end"),
    path("partners/<uuid:uuid>/store/", stores.store, name="partner-store"),
    path("partners/<uuid:uuid>/store/publication/", stores.publication, name="partner-store-publication"),
    path("partners/<uuid:uuid>/structure/", structure.structure, name="partner-structure"),
    path("partners/<uuid:uuid>/structure/parent/", structure.parent, name="partner-parent"),
    path("partners/<uuid:uuid>/structure/supplies/", structure.supplies, name="partner-supplies"),
    path("partners/<uuid:uuid>/structure/supplies/<int:pk>/end/", structure.supply_end, name="partner-supply-end"),
    path("territories/", territories.territory_list, name="territory-list"),
    path("territories/new/", territories.territory_create, name="territory-create"),
    path("territories/<slug:code>/", territories.territory, name="territory"),
    path("territories/<slug:code>/holders/", territories.holders, name="territory-holders"),
    path("territories/<slug:code>/holders/<int:pk>/end/", territories.holder_end, name="territory-holder-end"),
    path("certificates/", certificates.certificate_list, name="certificate-list"),
    path("marketing/", marketing.campaign_list, name="campaign-list"),
    path("marketing/material/", marketing.material_list, name="material-list"),
    path("marketing/material/new/", marketing.material_create, name="material-create"),
    path("marketing/material/<slug:code>/", marketing.material_edit, name="material-edit"),
    path("marketing/notices/", notices.notice_list, name="notice-list"),
    path("marketing/notices/new/", notices.notice_create, name="notice-create"),
    path("marketing/notices/<int:pk>/", notices.notice_edit, name="notice-edit"),
    path("marketing/notices/<int:pk>/end/", notices.notice_end, name="notice-end"),
    path("marketing/notices/<int:pk>/document/", notices.document, name="notice-document"),
    path("pipeline/", pipeline.pipeline, name="pipeline"),
    path("registrations/", registrations.registration_list, name="registration-list"),
    path("registrations/<uuid:uuid>/", registrations.registration, name="registration"),
    path("registrations/<uuid:uuid>/approval/", registrations.approval, name="registration-approval"),
    path("registrations/<uuid:uuid>/rejection/", registrations.rejection, name="registration-rejection"),
    path("registrations/<uuid:uuid>/owner/", registrations.owner, name="registration-owner"),
    *(pattern for desk in DESKS for pattern in paths_of(desk)),
]
