"""What a draft publication would have brought: the question, and what became of it."""

from __future__ import annotations

from typing import Literal

from tradewind.engine.wire.base import Message, Name, Position, Share, Whole
from tradewind.engine.wire.publication import Publication

Verdict = Literal["better", "not worse", "worse", "not enough evidence"]
WhatIfStatus = Literal["running", "done", "failed"]


class WhatIfQuestion(Message, frozen=True, kw_only=True):
    """What would a draft publication have brought? Asked about every decision of a placement, or of all, from `since`
    on (default: since the running publication was activated).

    `margin` is by how much less may be accepted and still count as not worse, as a share of all.
    """

    publication: Publication
    placement: Name | None = None
    since: Position | None = None
    margin: Share = 0.0


class WhatIfEstimate(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A share of what was accepted, and the interval that holds it with probability 95 %."""

    estimate: float
    low: float
    high: float


class WhatIfOffer(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How often an offer was shown, and would be shown, at any rank."""

    offer: str
    shown: int
    would_be_shown: int


class WhatIfResult(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What `tradewind lab what-if --json` prints; see its reference for every field."""

    verdict: Verdict
    margin: float
    decisions: int
    empty: int
    ranked_by_profiles: int
    compared: int
    effective_size: float
    unsupported: float
    logged: float
    acceptance: WhatIfEstimate | None
    gain: WhatIfEstimate | None
    offers: list[WhatIfOffer]
    left_out: dict[str, int]


class WhatIf(Message, frozen=True, kw_only=True):
    """A question and what became of it: history is read to position `at` of `of`.

    `result` is there when it is done, `reason` when it failed.
    """

    id: str
    status: WhatIfStatus
    at: Whole
    of: Whole
    since: str
    until: str
    result: WhatIfResult | None = None
    reason: str | None = None
