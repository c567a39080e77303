"""Calls into the engine from touchpoints, one by one and in batches, and what is answered."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from tradewind.engine.wire.base import Ident, Instant, Language, Message, Name, Position, SpecVersion, Whole
from tradewind.engine.wire.decisions import Decision
from tradewind.engine.wire.problems import Problem
from tradewind.engine.wire.responses import Response


class EventCall(Message, frozen=True, kw_only=True):
    """A call into the engine from a touchpoint. `attributes` are keyed `group.attribute`; `response` answers an earlier
    decision, for events that respond."""

    id: Ident | None = None
    session: Ident
    customer: Ident
    agent: Ident | None = None
    channel: Name
    language: Language | None = None
    attributes: dict[str, Any] = {}
    limit: Annotated[int, Meta(ge=1, le=50)] | None = None
    min_position: Position | None = None
    dry_run: bool = False
    response: Response | None = None


class BatchCall(EventCall, frozen=True, kw_only=True):
    """One line of a batch: a call, and which event it calls."""

    event: Name


class CloudEvent(Message, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A CloudEvents 1.0 structured envelope; `type` names the event, `source` + `id` is its id; extensions pass."""

    specversion: SpecVersion
    id: Ident
    source: Ident
    type: Name
    time: Instant | None = None
    subject: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    data: EventCall


class EventAnswer(Message, frozen=True, kw_only=True):
    session: str
    position: str
    decision: Decision | None = None
    groups: dict[str, dict[str, Any]] | None = None
    output: Any = None
    elapsed_ms: float


class BatchProgress(Message, frozen=True, kw_only=True, omit_defaults=False):
    """So many lines are done, so many of them refused."""

    done: Whole
    refused: Whole


class BatchSummary(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The end of a batch: everything that was answered is durable; `position` includes it."""

    done: Whole
    refused: Whole
    position: str
    elapsed_ms: float


class BatchLine(Message, frozen=True, kw_only=True):
    """One line of a batch's answer: an `answer` or a `problem` with its line's index, a `progress`, or the `summary`.

    `index` counts the lines that are not blank from 0. A `problem` without it ends the batch, and there is no summary.
    """

    index: Whole | None = None
    answer: EventAnswer | None = None
    problem: Problem | None = None
    progress: BatchProgress | None = None
    summary: BatchSummary | None = None
