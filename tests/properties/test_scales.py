"""What kernels read of a customer falls into the same bins as the values themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tradewind.engine import wire
from tradewind.engine.core.conditions import Rules, parse
from tradewind.engine.core.context import Context, Declared, bins
from tradewind.engine.core.kernels.binning import put_into_bins
from tradewind.engine.core.scales import Scales, readings

WIDE = 1.7e308
ATTRIBUTES = Declared(
    {
        "c.ranged": wire.Attribute(name="ranged", type="number", min=-10, max=70, predictive=True),
        "c.wide": wire.Attribute(name="wide", type="number", min=-WIDE, max=WIDE, predictive=True),
        "c.one": wire.Attribute(name="one", type="number", min=3, max=3, predictive=True),
        "c.free": wire.Attribute(name="free", type="number", predictive=True),
        "c.least": wire.Attribute(name="least", type="number", min=0, predictive=True),
        "c.flag": wire.Attribute(name="flag", type="boolean", predictive=True),
        "c.kind": wire.Attribute(name="kind", type="category", values=["a", "b", "é"], predictive=True),
        "c.many": wire.Attribute(
            name="many", type="category", values=[f"v{n}" for n in range(40)] + ["v0"], predictive=True
        ),
        "c.open": wire.Attribute(name="open", type="category", predictive=True),
        "c.secret": wire.Attribute(name="secret", type="number", predictive=True, sensitive=True),
    }
)
RULES = Rules.compile(
    [
        parse(text)
        for text in (
            'c.kind == "b" && c.ranged > 3.0',
            'c.open in ["x", "y"] || c.many != "v7"',
            "c.flag == true",
            'c.kind == "nobody"',
        )
    ],
    readings(ATTRIBUTES),
)
SCALES = Scales.of(ATTRIBUTES, RULES.encoder)

values: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "c.ranged": st.floats(-10, 70),
        "c.wide": st.floats(-WIDE, WIDE),
        "c.one": st.just(3.0),
        "c.free": st.floats(-1e5, 1e5) | st.sampled_from([0.0, 1.0, 2.0, 4096.0, 8192.0, 1.7e308]),
        "c.least": st.floats(0, 1e9),
        "c.flag": st.booleans(),
        "c.kind": st.sampled_from(["a", "b", "é"]),
        "c.many": st.sampled_from([f"v{n}" for n in range(40)]),
        "c.open": st.text(max_size=5) | st.sampled_from(["x", "y"]),
        "c.secret": st.floats(-10, 10),
    },
)


@given(values)
def test_an_encoded_value_falls_into_the_bin_of_the_value(values: dict[str, Any]) -> None:
    vector, _ = RULES.read(values)
    found = np.empty(len(SCALES.names) + 1, np.uint8)
    put_into_bins(vector, SCALES.table, SCALES.codes, found)
    assert SCALES.named(found[:-1]) == bins(Context(values), ATTRIBUTES)


def test_inputs_that_no_double_holds_are_in_no_bin() -> None:
    vector, _ = RULES.read({"c.ranged": 2**60, "c.flag": True})
    found = np.empty(len(SCALES.names) + 1, np.uint8)
    put_into_bins(vector, SCALES.table, SCALES.codes, found)
    assert SCALES.named(found[:-1]) == {}
