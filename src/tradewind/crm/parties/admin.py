"""Organisations, persons and customers in the back office."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from tradewind.crm.parties.models import ConsentRecord, Customer, Membership, Organisation, Person
from tradewind.crm.parties.operations import index


class MembershipInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Organisation)
class OrganisationAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["name", "kind", "city", "postcode"]
    list_filter = ["kind"]
    search_fields = ["name", "postcode"]
    inlines = [MembershipInline]

    def save_model(self, request: HttpRequest, obj: Organisation, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        index(Customer.objects.with_party().filter(organisation=obj))


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
