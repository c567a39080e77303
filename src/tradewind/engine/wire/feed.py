"""The history feed, line by line."""

from __future__ import annotations

from typing import Any, Literal

from tradewind.engine.wire.base import Instant, Message, Mode
from tradewind.engine.wire.customers import ConsentChange
from tradewind.engine.wire.predictors import Branch


class LoggedOffer(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One shown offer as history holds it: everything an off-policy estimate needs."""

    offer: str
    version: int
    group: str
    treatment: str
    rank: int
    profile: str
    score: float
    propensity: float
    interval: tuple[float, float]
    selection_probability: float
    value: float


class LoggedDecision(Message, frozen=True, kw_only=True, omit_defaults=False):
    id: str
    position: str
    placement: str
    mode: Mode
    arm: str
    presents: bool
    missing: list[str]
    withheld: int
    offers: list[LoggedOffer]


class PublicationActivated(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="publication_activated"
):
    position: str
    id: str
    at: Instant
    number: int
    digest: str


class EventHandled(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="event_handled"):
    """`customer` and `attributes` are null where the customer was erased; `subject`, a random reference, stays."""

    position: str
    id: str
    at: Instant
    occurred_at: Instant
    event: str
    subject: str
    customer: str | None
    session: str
    session_started_at: Instant
    agent: str | None
    channel: str
    language: str | None
    publication: int
    attributes: dict[str, Any] | None
    decision: LoggedDecision | None


class ResponseRecorded(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="response_recorded"
):
    position: str
    id: str
    at: Instant
    answered_at: Instant
    shown_at: Instant
    session_started_at: Instant
    decision: str
    offer: str
    outcome: str
    subject: str
    customer: str | None
    agent: str | None
    channel: str
    value: float | None
    correction: bool


class WindowsClosed(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="windows_closed"):
    """Every presentation whose window ended by `up_to` without a final outcome counts as ignored from here."""

    position: str
    id: str
    at: Instant
    up_to: Instant


ChangeOfTree = Literal["split", "drifted", "pruned"]


class ChangeEvidence(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What a change rests on: (shown, accepted) of both sides, or before and after, and the test that judged it."""

    first: tuple[int, int]
    second: tuple[int, int]
    statistic: float
    p_value: float
    level: float
    tries: int
    look: int


class PredictorChanged(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="predictor_changed"
):
    """A predictor's tree was split, pruned, or noted a drift at `path`: 0 for each first child, 1 for each second.

    It made no difference where the predictor no longer had the version `based_on`.
    """

    position: str
    id: str
    at: Instant
    change: ChangeOfTree
    offer: str
    profile: str
    path: list[int]
    words: str
    evidence: ChangeEvidence
    based_on: int
    attribute: str | None = None
    branches: tuple[Branch, Branch] | None = None


class ScorerRefitted(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="scorer_refitted"):
    """The trees of an offer's scorer were grown again, after so many responses."""

    position: str
    id: str
    at: Instant
    offer: str
    responses: int


class PredictorChanges(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How an offer's predictor came to what it is, in the order that was asked for; `next` is where the rest begins:
    its `after`, or its `before` where the newest come first.

    `start` is the position just before the earliest of these changes: the tree that they began with.
    """

    offer: str
    changes: list[PredictorChanged | ScorerRefitted]
    start: str | None = None
    next: str | None = None


class OfferStopped(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="offer_stopped"):
    """An emergency stop: no decision behind this position shows the offer until it is resumed."""

    position: str
    id: str
    at: Instant
    offer: str


class OfferResumed(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="offer_resumed"):
    position: str
    id: str
    at: Instant
    offer: str


class ConsentsChanged(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="consents_changed"
):
    """`customer` is null where the customer was erased."""

    position: str
    id: str
    at: Instant
    subject: str
    customer: str | None
    consents: list[ConsentChange]


class CustomersJoined(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="customers_joined"
):
    """`alias` turned out to be `customer`, and `alias_subject` stands for `subject`; ids are null once erased."""

    position: str
    id: str
    at: Instant
    subject: str
    customer: str | None
    alias_subject: str
    alias: str | None


class CustomerErased(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="customer_erased"):
    """Erase what you hold under these references, too."""

    position: str
    id: str
    at: Instant
    subjects: list[str]


HistoryLine = (
    PublicationActivated
    | EventHandled
    | ResponseRecorded
    | WindowsClosed
    | PredictorChanged
    | ScorerRefitted
    | OfferStopped
    | OfferResumed
    | ConsentsChanged
    | CustomersJoined
    | CustomerErased
)
"""One line of `GET /v1/history` (NDJSON); `after` the last line's position resumes the feed."""
