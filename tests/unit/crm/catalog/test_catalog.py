from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.cast import Cast

from tradewind.crm.catalog.models import OwnedProduct, Product


def test_a_machine_ages_in_whole_months(cast: Cast) -> None:
    assert cast.mayas_laptop.age_months(date(2026, 10, 1)) == 23
    assert cast.mayas_laptop.age_months(date(2026, 10, 2)) == 24


def test_a_warranty_ends_after_its_months(cast: Cast) -> None:
    assert cast.mayas_laptop.in_warranty(date(2026, 10, 1)) is True
    assert cast.mayas_laptop.in_warranty(date(2026, 10, 2)) is False


def test_a_purchase_without_a_day_has_no_age_and_no_known_warranty(cast: Cast) -> None:
    bought = OwnedProduct.objects.create(customer=cast.ion, product=cast.laptop)
    assert bought.age_months(date(2026, 1, 1)) is None
    assert bought.in_warranty(date(2026, 1, 1)) is None


def test_the_database_refuses_a_price_below_nothing(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnedProduct.objects.create(customer=cast.ion, product=cast.laptop, price_minor=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.create(code="X", name="X", family="X", list_price_minor=-1)


@pytest.mark.parametrize("currency", ["gbp", "GB", "GB1"])
def test_the_database_refuses_a_currency_without_its_form(cast: Cast, currency: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.create(code="X", name="X", family="X", currency=currency)


def test_a_code_belongs_to_one_product(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.create(code=cast.laptop.code, name="X", family="X")


@pytest.mark.parametrize("text", ["lk-14", "larkfield 16", "14"])
def test_a_product_is_found_by_code_and_name(cast: Cast, text: str) -> None:
    assert list(Product.objects.search(text)) == [cast.laptop]


def test_what_is_not_sold_any_more_is_left_out(cast: Cast) -> None:
    cast.laptop.is_sold = False
    cast.laptop.save()
    assert not Product.objects.sold().exists()
