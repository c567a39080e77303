from django.urls import URLPattern, URLResolver, path

from tradewind.portals.administrator.views import changes, explain, groups, members, overview, review, rights, rules

app_name = "administrator"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("rules/", rules.rule_list, name="rule-list"),
    path("rules/export.<str:form>", rules.rule_export, name="rule-export"),
    path("rules/new/", rules.rule_create, name="rule-create"),
    path("rules/<slug:code>/", rules.rule_edit, name="rule-edit"),
    path("rights/", rights.right_list, name="right-list"),
    path("rights/export.<str:form>", rights.right_export, name="right-export"),
    path("rights/new/", rights.right_create, name="right-create"),
    path("rights/<int:pk>/", rights.right_end, name="right-end"),
    path("groups/", groups.group_list, name="group-list"),
    path("groups/new/", groups.group_create, name="group-create"),
    path("groups/<slug:code>/", groups.group_edit, name="group-edit"),
    path("groups/<slug:code>/members/", members.member_add, name="member-add"),
    path("groups/<slug:code>/members/<int:pk>/removal/", members.member_removal, name="member-removal"),
    path("explain/", explain.explain, name="explain"),
    path("review/", review.review, name="review"),
    path("review/export.<str:form>", review.review_export, name="review-export"),
    path("review/changes/", changes.change_list, name="change-list"),
    path("review/changes/export.<str:form>", changes.change_export, name="change-export"),
]
