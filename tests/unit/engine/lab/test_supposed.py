"""The verdict on a draft, from the interval of its gain and a margin."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from tradewind.engine.lab.estimating import Estimate
from tradewind.engine.lab.judging import Left
from tradewind.engine.lab.supposed import Supposed


def supposed(gain: tuple[float, float] | None, *, margin: float = 0.0) -> Supposed:
    return Supposed(
        margin=margin,
        decisions=4,
        shown=Counter({"b": 3, "a": 1}),
        was_shown=Counter({"c": 4}),
        empty=0,
        ranked_by_profiles=2,
        compared=3,
        effective=2.123456789,
        unsupported=0.0,
        logged=1 / 3,
        acceptance=None,
        gain=gain and Estimate(sum(gain) / 2, *gain),
        left=Left(erased=1),
    )


@pytest.mark.parametrize(
    ("gain", "margin", "verdict"),
    [
        (None, 1.0, "not enough evidence"),
        ((0.001, 0.2), 0.0, "better"),
        ((0.001, 0.2), 0.05, "better"),
        ((0.0, 0.2), 0.0, "not worse"),
        ((-0.04, 0.2), 0.0, "not enough evidence"),
        ((-0.04, 0.2), 0.05, "not worse"),
        ((-0.05, 0.2), 0.05, "not worse"),
        ((-0.06, 0.2), 0.05, "not enough evidence"),
        ((-0.2, -0.001), 0.0, "worse"),
        ((-0.2, 0.0), 0.0, "not enough evidence"),
        ((-0.2, -0.06), 0.05, "worse"),
        ((-0.04, -0.001), 0.05, "not worse"),
        ((-0.2, -0.001), 0.05, "not enough evidence"),
        ((-0.2, -0.05), 0.05, "not enough evidence"),
    ],
)
def test_the_whole_interval_must_lie_on_one_side(gain: tuple[float, float] | None, margin: float, verdict: str) -> None:
    assert supposed(gain, margin=margin).verdict == verdict


def test_what_is_told_has_every_offer_and_only_the_reasons_there_are() -> None:
    told = msgspec.to_builtins(supposed((-0.04, 0.02), margin=0.05).told())
    assert told["offers"] == [
        {"offer": "a", "shown": 0, "would_be_shown": 1},
        {"offer": "b", "shown": 0, "would_be_shown": 3},
        {"offer": "c", "shown": 4, "would_be_shown": 0},
    ]
    assert (told["verdict"], told["margin"], told["ranked_by_profiles"]) == ("not worse", 0.05, 2)
    assert told["gain"] == {"estimate": -0.01, "low": -0.04, "high": 0.02}
    assert (told["acceptance"], told["left_out"]) == (None, {"erased": 1})
    assert (told["effective_size"], told["logged"]) == (2.123457, 0.333333)
