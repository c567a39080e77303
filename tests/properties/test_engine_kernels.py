"""A decision is the same whether the kernels are compiled yet or not."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import astuple, replace
from tests.properties.test_engine_decisions import asked, worlds
from tests.unit.engine.core.world import World

from tradewind.engine.core.compiling import interpreted, warm_up
from tradewind.engine.core.decide import Decided
from tradewind.engine.core.events import OffersDecided, OfferShown


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    warm_up()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds(), asked=asked)
def test_a_decision_is_the_same_interpreted_and_compiled(world: World, asked: dict[str, Any]) -> None:
    fast = world.look("s", **asked)
    with interpreted():
        slow = world.look("s", **asked)
    for one, other in zip(fast.shown, slow.shown, strict=True):
        assert_alike(one.shown, other.shown)
    assert without_offers(fast) == without_offers(slow)
    assert fast.sifted.stage.tolist() == slow.sifted.stage.tolist()
    assert_written(fast)
    assert_written(slow)


def assert_written(decided: Decided) -> None:
    """History takes a decision as it is, and no number of numpy's."""
    fact = decided.as_fact("t", presents=True)
    assert msgspec.json.decode(msgspec.json.encode(fact), type=OffersDecided) == fact


def without_offers(decided: Decided) -> object:
    return replace(decided.as_fact("t", presents=True), shown=())


def assert_alike(one: OfferShown, other: OfferShown) -> None:
    """Offers and ranks are equal, numbers to 1e-9: not every processor has the same logarithms."""
    for mine, theirs in zip(astuple(one), astuple(other), strict=True):
        if isinstance(mine, float):
            assert math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-12)
        else:
            assert mine == theirs
