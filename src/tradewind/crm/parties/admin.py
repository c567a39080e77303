"""Organisations, persons and customers in the back office."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from tradewind.crm.identity.models import PARTNER_ROLES, Role, User
from tradewind.crm.parties.models import (
    ConsentRecord,
    Customer,
    Membership,
    MembershipRole,
    Organisation,
    Person,
)
from tradewind.crm.parties.operations import index


class MembershipInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    """Only to be looked up, as in the list of them."""

    model = Membership
    extra = 0
    fields = ["user", "since_date", "until_date"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "kind", "city", "postcode"]
    list_filter = ["kind"]
    search_fields = ["name", "postcode"]
    inlines = [MembershipInline]

    def save_model(self, request: HttpRequest, obj: Organisation, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        index(Customer.objects.with_party().filter(organisation=obj))


@admin.register(Membership)
class MembershipAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Only to be looked up: people come to a company and leave it on its own page."""

    list_display = ["user", "organisation", "since_date", "until_date"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__name", "user__email", "organisation__name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return False


@admin.register(MembershipRole)
class MembershipRoleAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """What somebody is at one company; a new role takes the place of the one held there."""

    list_display = ["membership", "role", "sells", "granted_at", "granted_by", "ended_at"]
    list_filter = ["role", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["membership__user", "membership__organisation", "granted_by"]
    fields = ["membership", "role", "sells"]
    autocomplete_fields = ["membership"]
    actions = ["end"]

    def has_change_permission(self, request: HttpRequest, obj: MembershipRole | None = None) -> bool:
        return obj is None and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: MembershipRole | None = None) -> bool:
        return False

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **how: Any) -> Any:
        """A brand owner's roles are held everywhere, and given where roles are."""
        if db_field.name == "role":
            how["choices"] = [choice for choice in db_field.get_choices() if choice[0] in ("", *PARTNER_ROLES)]
        return super().formfield_for_choice_field(db_field, request, **how)

    def save_model(self, request: HttpRequest, obj: MembershipRole, form: ModelForm[Any], change: bool) -> None:
        actor, now = cast(User, request.user), timezone.now()
        obj.pk = obj.membership.give(Role(obj.role), sells=obj.sells, actor=actor, now=now).pk

    @admin.action(description=_("End the chosen roles"))
    def end(self, request: HttpRequest, queryset: QuerySet[MembershipRole]) -> None:
        for row in queryset.filter(ended_at=None).select_related("membership__user"):
            row.membership.take_role(actor=cast(User, request.user), now=timezone.now())


@admin.register(Person)
class PersonAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "email", "phone", "city"]
    search_fields = ["last_name", "first_name", "email"]

    def save_model(self, request: HttpRequest, obj: Person, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        index(Customer.objects.with_party().filter(person=obj))


class ConsentInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    model = ConsentRecord
    extra = 0
    fields = readonly_fields = ["purpose", "channel", "given", "recorded_at", "recorded_by"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Customer)
class CustomerAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Customers are enrolled elsewhere; here their segment is put right."""

    list_display = ["number", "name", "segment", "since_date"]
    list_filter = ["segment"]
    list_select_related = ["person", "organisation"]
    search_fields = ["number"]
    readonly_fields = ["number", "person", "organisation"]
    show_full_result_count = False
    inlines = [ConsentInline]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        found = queryset.filter(pk__in=Customer.objects.search(search_term).values("pk")) if search_term else queryset
        return found, False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False
