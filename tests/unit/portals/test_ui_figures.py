"""Numbers, money and dates as each language writes them; bars that carry them."""

import datetime as dt
import doctest
from decimal import Decimal
from types import ModuleType

import pytest
from django.utils import translation

from tradewind.portals.ui import bars, cast, figures

GAP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("module", [figures, bars, cast])
def test_every_example_of_the_design_system_holds(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "£10,788.00"), ("ro", f"10.788,00{GAP}GBP")],
)
def test_money_is_written_as_the_language_does(language: str, written: str) -> None:
    with translation.override(language):
        assert figures.money(1_078_800, "GBP") == written


def test_a_currency_without_minor_units_is_not_divided() -> None:
    with translation.override("en"):
        assert figures.money(1200, "JPY") == "JP¥1,200"


@pytest.mark.parametrize(("language", "written"), [("en", "34.4"), ("ro", "34,4")])
def test_a_share_becomes_per_cent_with_the_point_of_the_language(language: str, written: str) -> None:
    with translation.override(language):
        assert figures.percent(0.344, 1) == f"{written}{GAP}%"


def test_a_negative_number_has_a_true_minus() -> None:
    assert figures.number(Decimal("-3")) == "\N{MINUS SIGN}3"


@pytest.mark.parametrize(("language", "written"), [("en", "17 Nov 2025"), ("ro", "17 nov. 2025")])
def test_a_day_of_another_year_says_so(language: str, written: str) -> None:
    with translation.override(language):
        assert figures.day(dt.date(2025, 11, 17), year=True) == written


def test_an_instant_is_shown_in_the_time_of_the_place() -> None:
    assert figures.clock(dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)) == "13:00"


def test_a_bar_never_leaves_its_rail() -> None:
    drawn = bars.interval_bar(bars.Interval(0.9, 0.4, 1.4), full=0.5)
    assert 'class="fill" y="3" width="100.0%"' in drawn
    assert 'x="80.0%" y="0" width="20.0%"' in drawn


def test_a_bar_of_nothing_is_empty_rather_than_a_fault() -> None:
    assert 'width="0.0%"' in bars.bar(3, full=0)


def test_what_a_bar_says_is_escaped() -> None:
    assert "<b>" not in bars.bar(0.5, label="<b>loud</b>")
