"""Products in the back office."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from tradewind.crm.catalog.models import OwnedProduct, Product


@admin.register(Product)
class ProductAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["code", "name", "kind", "family", "is_sold"]
    list_filter = ["kind", "is_sold"]
    search_fields = ["code", "name", "family"]


@admin.register(OwnedProduct)
class OwnedProductAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["customer", "product", "bought_date", "store"]
    list_select_related = ["customer__person", "customer__organisation", "product", "store"]
    autocomplete_fields = ["customer", "product", "store"]
    search_fields = ["customer__number"]
    show_full_result_count = False
