from django.urls import URLPattern, URLResolver, path

from tradewind.portals.partner.shelves import SHELVES, Shelf
from tradewind.portals.partner.views import (
    agreements,
    campaigns,
    certificates,
    company,
    customers,
    home,
    lists,
    news,
    notices,
    records,
    store,
    team,
)

app_name = "partner"


def paths_of(shelf: Shelf) -> list[URLPattern]:
    """The same addresses for every kind of record."""
    kind, name = {"shelf": shelf}, shelf.name
    return [
        path(f"{shelf.slug}/", lists.record_list, kind, name=f"{name}-list"),
        path(f"{shelf.slug}/export/<str:form>/", lists.record_export, kind, name=f"{name}-export"),
        path(f"{shelf.slug}/new/", records.record_create, kind, name=f"{name}-create"),
        path(f"{shelf.slug}/<int:pk>/", records.record, kind, name=name),
        path(f"{shelf.slug}/<int:pk>/edit/", records.record_edit, kind, name=f"{name}-edit"),
        path(f"{shelf.slug}/<int:pk>/assignment/", records.record_assign, kind, name=f"{name}-assign"),
        path(f"{shelf.slug}/<int:pk>/message/", records.record_message, kind, name=f"{name}-message"),
        path(f"{shelf.slug}/<int:pk>/step/", records.record_move, kind, name=f"{name}-move"),
        path(f"{shelf.slug}/<int:pk>/delete/", records.record_delete, kind, name=f"{name}-delete"),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.today, name="today"),
    path("news/", news.news, name="news"),
    path("news/<int:pk>/answer/", news.news_answer, name="news-answer"),
    path("company/", company.company_switch, name="company-switch"),
    path("customers/", customers.customer_list, name="customer-list"),
    path("customers/new/", customers.customer_create, name="customer-create"),
    path("customers/<str:number>/", customers.customer, name="customer"),
    path("customers/<str:number>/end/", customers.customer_end, name="customer-end"),
    path("campaigns/", campaigns.campaign_list, name="campaign-list"),
    path("campaigns/new/", campaigns.campaign_create, name="campaign-create"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/sending/", campaigns.campaign_send, name="campaign-send"),
    path("campaigns/<int:pk>/sending/again/", campaigns.campaign_send_again, name="campaign-send-again"),
    path("campaigns/<int:pk>/delete/", campaigns.campaign_delete, name="campaign-delete"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/certificates/", certificates.certificates, name="certificates"),
    path("agreements/store/", store.store, name="store"),
    path("agreements/documents/<uuid:uuid>/", agreements.document, name="contract-document"),
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/<int:pk>/document/", notices.document, name="notice-document"),
    path("team/", team.team_list, name="team"),
    path("team/new/", team.member_invite, name="member-invite"),
    path("team/<int:pk>/", team.member, name="member"),
    path("team/<int:pk>/invitation/", team.member_invite_again, name="member-invite-again"),
    path("team/<int:pk>/end/", team.member_let_go, name="member-let-go"),
    path("team/<int:pk>/return/", team.member_take_back, name="member-take-back"),
    *(pattern for shelf in SHELVES for pattern in paths_of(shelf)),
]
