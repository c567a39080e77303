"""Decisions, how they are explained, and whether they can be made again."""

from __future__ import annotations

from typing import Any, Literal

from tradewind.engine.wire.base import Instant, Message, Mode, Stage


class ShownOffer(Message, frozen=True, kw_only=True, omit_defaults=False):
    """`selection_probability` is P(this offer at this rank | request, state, the offers placed above it)."""

    offer: str
    treatment: str
    rank: int
    score: float
    propensity: float
    interval: tuple[float, float]
    selection_probability: float
    value: float
    profile: str
    suitability: str
    texts: dict[str, str]


class OfferFate(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Where an offer ended in the funnel, and why; `rank` where it was shown.

    `rule` is the first that it failed: a condition, or the name of what else held it back; `seen` are the values
    that this rule looked at. `margin` is the score it lacked against the last offer shown.
    """

    offer: str
    stage: Stage
    reason: str
    rule: str | None = None
    seen: dict[str, Any] | None = None
    margin: float | None = None
    propensity: float | None = None
    score: float | None = None
    selection_probability: float | None = None
    rank: int | None = None


class Decision(Message, frozen=True, kw_only=True, omit_defaults=False):
    id: str
    publication: int
    position: str
    mode: Mode
    arm: str
    missing: list[str]
    withheld: int
    offers: list[ShownOffer]
    defaults: dict[str, Any] = {}
    funnel: dict[str, int] | None = None
    fates: list[OfferFate] | None = None


class Explanation(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A decision as history recorded it, and whether deciding again from history gives the same.

    `reproduced` is null where that cannot be told, `reason` says why; `differences` say what differs. The decision's
    fates are those of the decision made again. `another_version`: made by another version of decide, and it differs.
    """

    decision: Decision
    event: str
    occurred_at: Instant
    channel: str
    placement: str
    reproduced: bool | None
    reason: Literal["erased", "another_version"] | None
    differences: list[str]


class ExplanationProgress(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The state that a decision was made on is being folded again: how far it is, and up to where."""

    position: str
    of: str
