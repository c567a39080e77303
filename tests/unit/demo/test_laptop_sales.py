"""The sales data: what the real file holds, and what is done about its blemishes."""

from pathlib import Path

import pytest

from tradewind.demo import laptop_sales, packaged, stand_in
from tradewind.demo.laptop_sales import Configuration, LaptopSales

REAL = packaged.find("dmba", "dmba/csvFiles/LaptopSales.csv.gz")
needs_the_real_file = pytest.mark.skipif(REAL is None, reason="the data package dmba is not installed")

FEATURES = ("15", "5", "1", "2", "Yes", "80", "Yes")


def line(
    *, date: str = "12/9/2008 23:05", price: str = "455", store: str = "SE1 2BN", placed: bool = True
) -> list[str]:
    place = ["534057", "179682"] if placed else ["", ""]
    return [date, "163", "EC4V 5BH", store, price, *FEATURES, "532041", "180995", *place]


@pytest.fixture(scope="module")
def real() -> LaptopSales:
    return laptop_sales.read(purchases=200, seed=5)


@needs_the_real_file
def test_the_real_file_holds_the_sales_configurations_and_stores_that_are_known(real: LaptopSales) -> None:
    assert (real.sales, len(real.configurations), len(real.stores), real.generated) == (297_572, 864, 15, False)


@needs_the_real_file
def test_sales_without_price_or_date_are_counted(real: LaptopSales) -> None:
    assert (real.blemishes.without_price, real.blemishes.without_date) == (13_443, 208)


@needs_the_real_file
def test_the_mistyped_postcode_is_led_back_to_the_store_that_was_meant(real: LaptopSales) -> None:
    assert real.blemishes.corrected == {"S1P 3AU": "SW1P 3AU"}
    assert real.blemishes.mistyped_store == 148
    assert sum(store.sales for store in real.stores) == real.sales


@needs_the_real_file
def test_purchases_are_complete_and_the_same_for_the_same_seed(real: LaptopSales) -> None:
    stores = {store.postcode for store in real.stores}
    assert len(real.purchases) == 200
    assert all(purchase.store_postcode in stores and purchase.price_minor > 0 for purchase in real.purchases)
    assert laptop_sales.read(purchases=200, seed=5).purchases == real.purchases
    assert laptop_sales.read(purchases=200, seed=6).purchases != real.purchases


def test_a_sale_without_price_or_date_is_never_drawn_as_a_purchase() -> None:
    found = laptop_sales.survey([line(), line(price=""), line(date="")], purchases=10, seed=1)
    assert len(found.purchases) == 1
    assert (found.sales, found.blemishes.without_price, found.blemishes.without_date) == (3, 1, 1)


def test_a_mistyped_store_is_corrected_in_the_purchase() -> None:
    found = laptop_sales.survey([line(), line(store="S1 2BN", placed=False)], purchases=10, seed=1)
    assert [purchase.store_postcode for purchase in found.purchases] == ["SE1 2BN", "SE1 2BN"]
    assert found.stores[0].sales == 2


def test_a_store_that_cannot_be_told_is_left_out_of_the_purchases() -> None:
    found = laptop_sales.survey([line(), line(store="XX9 9XX", placed=False)], purchases=10, seed=1)
    assert len(found.purchases) == 1
    assert found.blemishes.corrected == {}


def test_an_ambiguous_postcode_is_not_guessed() -> None:
    assert laptop_sales.meant("S1P 3AU", {"SW1P 3AU", "SE1P 3AU"}) is None


def test_the_list_price_is_the_median_paid_in_pence() -> None:
    found = laptop_sales.survey([line(price=price) for price in ("400", "455", "900")], purchases=1, seed=1)
    assert found.configurations == (Configuration.of(163, FEATURES, 45_500),)


def test_the_stand_in_has_the_shape_and_the_blemishes_of_the_real_file() -> None:
    found = laptop_sales.survey(stand_in.rows(seed=1), purchases=100, seed=1, generated=True)
    assert (len(found.configurations), len(found.stores), len(found.purchases)) == (864, 15, 100)
    assert found.blemishes.without_price > 0
    assert found.blemishes.without_date > 0
    assert found.blemishes.corrected == {"E1M 3XS": "EC1M 3XS"}
    assert found.generated


def test_the_stand_in_takes_the_place_of_an_absent_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_package: str, _path: str) -> Path | None:
        return None

    monkeypatch.setattr(packaged, "find", absent)
    assert laptop_sales.read(purchases=10, seed=1).generated


def test_a_package_that_is_not_installed_is_not_found() -> None:
    assert packaged.find("no-such-package-here", "file.csv.gz") is None
