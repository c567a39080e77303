"""What a draft publication would have done and brought, the verdict on it, and how both are told."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass

from tradewind.engine import wire
from tradewind.engine.lab.estimating import Estimate
from tradewind.engine.lab.judging import Left


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a draft would have done, and brought.

    Attributes:
        margin: by how much less may be accepted and still count as not worse, as a share of all, 0 to 1.
        decisions: how many were asked about.
        shown: how often the draft would have shown each offer, at any rank.
        was_shown: how often each was shown.
        empty: in how many decisions the draft has nothing to show.
        ranked_by_profiles: in how many the draft ranks by scorers, and an offer that may be shown had none by then, so
            that its profiles were ranked by.
        compared: decisions whose first offer that competed was answered, from which the rest is estimated.
        effective: what they are worth, in decisions of the draft's own.
        unsupported: the draft's mean chance to show first what had no chance then.
        logged: what was accepted of the first offers that competed, outside the control group.
        acceptance: what would have been; None where there is not enough evidence.
        gain: by how much more than what is `logged`; None likewise. The interval holds whatever customers would have
            said to what they could not be shown then.
    """

    margin: float
    decisions: int
    shown: Counter[str]
    was_shown: Counter[str]
    empty: int
    ranked_by_profiles: int
    compared: int
    effective: float
    unsupported: float
    logged: float
    acceptance: Estimate | None
    gain: Estimate | None
    left: Left

    @property
    def verdict(self) -> wire.Verdict:
        """What the whole interval of the gain says. `not worse` and `worse` answer one question, whether more is lost
        than the margin; an interval on both sides of that does not answer it."""
        if self.gain is not None and self.gain.low > 0.0:
            return "better"
        if self.gain is not None and self.gain.low >= -self.margin:
            return "not worse"
        if self.gain is not None and self.gain.high < -self.margin:
            return "worse"
        return "not enough evidence"

    def told(self) -> wire.WhatIfResult:
        """The same for programs, numbers to six decimals."""
        return wire.WhatIfResult(
            verdict=self.verdict,
            margin=self.margin,
            decisions=self.decisions,
            empty=self.empty,
            ranked_by_profiles=self.ranked_by_profiles,
            compared=self.compared,
            effective_size=_rounded(self.effective),
            unsupported=_rounded(self.unsupported),
            logged=_rounded(self.logged),
            acceptance=_interval(self.acceptance),
            gain=_interval(self.gain),
            offers=[
                wire.WhatIfOffer(offer=offer, shown=self.was_shown[offer], would_be_shown=self.shown[offer])
                for offer in sorted({*self.shown, *self.was_shown})
            ],
            left_out={why: number for why, number in dataclasses.asdict(self.left).items() if number},
        )


def _interval(found: Estimate | None) -> wire.WhatIfEstimate | None:
    if found is None:
        return None
    return wire.WhatIfEstimate(estimate=_rounded(found.point), low=_rounded(found.low), high=_rounded(found.high))


def _rounded(number: float) -> float:
    return round(number, 6)
