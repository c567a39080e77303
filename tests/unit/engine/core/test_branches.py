"""The bins of a branch are said as the values that they stand for."""

from __future__ import annotations

import msgspec
import pytest

from tradewind.engine import wire
from tradewind.engine.core.context import _binning, lower_edges
from tradewind.engine.core.events import Branch
from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.predictors.branches import branch_of, kind_of, words
from tradewind.engine.core.predictors.trees import EVERY_BIN

NUMBERS = 2**MISSING - 1
NOT_KNOWN = 1 << MISSING
KNOWN = {
    "c.income": wire.Attribute(name="income", type="number", min=20, max=100),
    "c.calls": wire.Attribute(name="calls", type="number"),
    "c.spending": wire.Attribute(name="spending", type="number", min=0, max=20_000),
    "c.plan": wire.Attribute(name="plan", type="category", values=["basic", "gold", "silver"]),
    "c.has_fibre": wire.Attribute(name="has_fibre", type="boolean"),
    "c.free": wire.Attribute(name="free", type="category"),
    "c.letters": wire.Attribute(name="letters", type="category", values=list("abcdefghijklmnopqrst")),
}


@pytest.mark.parametrize(
    ("name", "mask", "said"),
    [
        ("c.income", 0b111, "income below 35"),
        ("c.income", EVERY_BIN & ~0b111, "income from 35 or not known"),
        ("c.income", 0b111000, "income from 35 to below 50"),
        ("c.income", NUMBERS, "income known"),
        ("c.income", NOT_KNOWN, "income not known"),
        ("c.calls", 0b1, "calls below 0"),
        ("c.calls", 0b1111, "calls below 4"),
        ("c.calls", NUMBERS & ~0b1111, "calls from 4"),
        ("c.plan", 0b10, "plan is gold"),
        ("c.plan", 0b111, "plan is basic, gold or silver"),
        ("c.plan", EVERY_BIN & ~0b10, "plan is basic or silver or not known"),
        ("c.has_fibre", 0b10, "has fibre: yes"),
        ("c.has_fibre", EVERY_BIN & ~0b10, "has fibre: no or not known"),
        ("c.spending", 0b1, "spending below 1,250"),
        ("c.spending", NUMBERS & ~0b1, "spending from 1,250"),
        ("c.letters", 1 << 15, "letters is p, q, r, s or t"),
        ("c.gone", 0b1, "gone known"),
        ("c.gone", NOT_KNOWN, "gone not known"),
    ],
)
def test_a_branch_is_said_in_words(name: str, mask: int, said: str) -> None:
    assert words(branch_of(name, mask, KNOWN)) == said


def test_nothing_is_said_of_unknown_values_where_there_are_none() -> None:
    branch = branch_of("c.income", EVERY_BIN & ~0b111, KNOWN, always_known={"c.income"})
    assert (branch.missing, branch.always_known) == (True, True)
    assert words(branch) == "income from 35"
    assert words(branch_of("c.income", EVERY_BIN & ~0b111, KNOWN, always_known={"c.plan"})).endswith("or not known")
    assert words(branch_of("c.income", NOT_KNOWN, KNOWN, always_known={"c.income"})) == "income not known"


def test_a_branch_has_its_bounds_and_values_for_whoever_words_it_otherwise() -> None:
    assert branch_of("c.income", 0b111000, KNOWN) == Branch("c.income", at_least=35.0, below=50.0)
    assert branch_of("c.plan", 0b101 | NOT_KNOWN, KNOWN) == Branch("c.plan", values=("basic", "silver"), missing=True)


@pytest.mark.parametrize("name", ["c.income", "c.calls"])
def test_a_number_lies_in_the_bin_whose_lower_edge_it_is(name: str) -> None:
    bin_of = _binning(KNOWN[name])
    edges = lower_edges(KNOWN[name])
    assert edges[0] is None
    assert [bin_of(edge) for edge in edges if edge is not None] == list(range(1, 16))


def test_a_single_bin_has_no_edge() -> None:
    assert lower_edges(wire.Attribute(name="n", type="number", min=3, max=3)) == [None]


def test_what_nobody_could_read_is_not_split_by() -> None:
    kinds = {name: kind_of(attribute) for name, attribute in KNOWN.items()}
    assert kinds["c.free"] is None
    assert (kinds["c.income"], kinds["c.plan"], kinds["c.has_fibre"]) == ("number", "category", "category")
    assert kind_of(msgspec.structs.replace(KNOWN["c.plan"], type="text")) is None
