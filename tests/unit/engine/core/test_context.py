"""Attributes are typed at the door, and only coarse bins of harmless ones go further."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tradewind.engine import wire
from tradewind.engine.core.context import Context, bins, declared, fill
from tradewind.engine.core.kernels.binning import BINS

KNOWN = declared(
    [
        wire.ConditionGroup(
            name="c",
            attributes=[
                wire.Attribute(name="n", type="number", min=0, max=100, predictive=True),
                wire.Attribute(name="free", type="number", predictive=True),
                wire.Attribute(name="k", type="category", values=["a", "b"], predictive=True),
                wire.Attribute(name="open", type="category", predictive=True),
                wire.Attribute(name="b", type="boolean", predictive=True),
                wire.Attribute(name="secret", type="category", predictive=True, sensitive=True),
                wire.Attribute(name="t", type="text"),
                wire.Attribute(name="at", type="instant"),
                wire.Attribute(name="l", type="list"),
            ],
        )
    ]
)


@pytest.mark.parametrize(
    ("name", "value", "typed"),
    [
        ("c.n", 3, 3.0),
        ("c.n", 100, 100.0),
        ("c.k", "a", "a"),
        ("c.b", False, False),
        ("c.t", "", ""),
        ("c.l", ["x", "y"], ("x", "y")),
        ("c.l", [], ()),
        ("c.t", "ț" * 16_384, "ț" * 16_384),
        ("c.l", ["x"] * 1_000, ("x",) * 1_000),
        ("c.at", "2026-03-01T09:30:00+02:00", datetime(2026, 3, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_right_value_gets_its_type(name: str, value: Any, typed: Any) -> None:
    filled = fill({name: value}, KNOWN)
    assert filled.faults == []
    assert filled.context.values == {name: typed}
    assert type(filled.context.values[name]) is type(typed)


def test_minus_zero_is_zero_and_null_is_missing() -> None:
    filled = fill({"c.free": -0.0, "c.b": False, "c.t": None}, KNOWN)
    assert filled.faults == []
    assert str(filled.context.values) == str({"c.free": 0.0, "c.b": False})


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("c.nothing", 1, "unknown_attribute"),
        ("c.n", "3", "wrong_type"),
        ("c.n", True, "wrong_type"),
        ("c.n", [3], "wrong_type"),
        ("c.n", -1, "out_of_range"),
        ("c.n", 101, "out_of_range"),
        ("c.n", 10**400, "out_of_range"),
        ("c.n", float("nan"), "out_of_range"),
        ("c.k", "z", "unknown_value"),
        ("c.k", 1, "wrong_type"),
        ("c.b", "true", "wrong_type"),
        ("c.b", 1, "wrong_type"),
        ("c.t", {}, "wrong_type"),
        ("c.at", "yesterday", "wrong_type"),
        ("c.at", "2026-03-01T09:30:00", "wrong_type"),
        ("c.l", "x", "wrong_type"),
        ("c.l", [1], "wrong_type"),
        ("c.t", "x" * 16_385, "too_long"),
        ("c.open", "x" * 16_385, "too_long"),
        ("c.l", ["x" * 16_385], "too_long"),
        ("c.l", ["x"] * 1_001, "too_long"),
    ],
)
def test_a_wrong_value_is_a_fault_at_its_name(name: str, value: Any, code: str) -> None:
    filled = fill({name: value}, KNOWN)
    assert [(fault.path, fault.code) for fault in filled.faults] == [(f"/attributes/{name}", code)]
    assert filled.context.values == {}


def test_a_name_with_a_slash_is_written_as_a_json_pointer() -> None:
    assert [fault.path for fault in fill({"a/b~c": 1}, KNOWN).faults] == ["/attributes/a~1b~0c"]


def test_null_counts_as_missing() -> None:
    filled = fill({"c.n": None}, KNOWN)
    assert filled.faults == []
    assert filled.context.missing(["c.n", "c.k"]) == ("c.n", "c.k")


def test_every_wrong_value_is_named_at_once() -> None:
    assert len(fill({"c.n": "x", "c.k": 3, "c.zzz": 1}, KNOWN).faults) == 3


@pytest.mark.parametrize(("value", "bin"), [(0.0, 0), (6.24, 0), (6.25, 1), (50.0, 8), (99.9, 15), (100.0, 15)])
def test_a_number_with_a_range_falls_into_equal_bins(value: float, bin: int) -> None:
    assert bins(Context({"c.n": value}), KNOWN) == {"c.n": bin}


@pytest.mark.parametrize(("value", "bin"), [(-1.7e308, 0), (0.0, 8), (1.7e308, 15)])
def test_a_range_wider_than_a_double_has_bins_too(value: float, bin: int) -> None:
    known = {"c.n": wire.Attribute(name="n", type="number", min=-1.7e308, max=1.7e308, predictive=True)}
    assert bins(Context({"c.n": value}), known) == {"c.n": bin}


@pytest.mark.parametrize(("value", "bin"), [(-5.0, 0), (0.0, 1), (0.9, 1), (1.0, 2), (2.0, 3), (9000.0, 15)])
def test_a_number_without_a_range_falls_into_powers_of_two(value: float, bin: int) -> None:
    assert bins(Context({"c.free": value}), KNOWN) == {"c.free": bin}


def test_what_is_sensitive_or_not_predictive_has_no_bin() -> None:
    context = Context({"c.secret": "x", "c.t": "Ana", "c.at": datetime(2026, 1, 1, tzinfo=UTC), "c.l": ("x",)})
    assert bins(context, KNOWN) == {}


def test_categories_and_booleans_have_bins() -> None:
    assert bins(Context({"c.k": "b", "c.b": True}), KNOWN) == {"c.k": 1, "c.b": 1}
    assert all(0 <= bins(Context({"c.open": f"v{n}"}), KNOWN)["c.open"] < BINS for n in range(200))
