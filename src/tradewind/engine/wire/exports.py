"""All that the engine holds of one customer, line by line."""

from __future__ import annotations

from typing import Any

from tradewind.engine.wire.base import Message
from tradewind.engine.wire.customers import ConsentChange
from tradewind.engine.wire.feed import ConsentsChanged, CustomersJoined, EventHandled, ResponseRecorded


class CustomerExport(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="customer"):
    """The first line: who it is, and what they consent to now. `position` is how far history was read."""

    position: str
    customer: str
    aliases: list[str]
    consents: list[ConsentChange]


class ExportedEvent(
    EventHandled, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="event_handled"
):
    """An event with the answer that was given, and the bins that predictors learn from (all that outlives erasure)."""

    bins: dict[str, int]
    answer: dict[str, Any] | None


class ExportEnd(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="end"):
    """The last line: the export is whole, with so many lines between the first and this one."""

    lines: int


ExportLine = CustomerExport | ExportedEvent | ResponseRecorded | ConsentsChanged | CustomersJoined | ExportEnd
"""One line of `GET /v1/customers/{id}` (NDJSON)."""
