"""The publication that decides now, read once: what it declares and which offers stand in it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewind.crm.decisions.document import Document
from tradewind.crm.decisions.models import Publication


@dataclass(frozen=True, slots=True)
class Declared:
    """One attribute that a rule of the running publication may speak of."""

    path: str
    type: str
    values: frozenset[str] = frozenset()
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True)
class Running:
    number: int
    attributes: Mapping[str, Declared]
    placements: Mapping[str, Document]
    placement_of_event: Mapping[str, str]
    offers: tuple[Document, ...]


def running() -> Running | None:
    """The running publication, or None where nothing has been published."""
    last = Publication.objects.order_by("-number").values_list("pk", "number", "digest").first()
    return _read(*last) if last else None


@functools.lru_cache(maxsize=4)
def _read(pk: int, number: int, digest: str) -> Running:
    """A publication never changes, so its content is read once; the digest keeps other databases apart."""
    document = Publication.objects.values_list("document", flat=True).get(pk=pk)
    return Running(
        number=number,
        attributes={declared.path: declared for declared in _declared(document)},
        placements={placement["name"]: placement for placement in document.get("placements", [])},
        placement_of_event=dict(_deciding_events(document)),
        offers=tuple(document.get("offers", [])),
    )


def _declared(document: Document) -> list[Declared]:
    return [
        Declared(
            path=f"{group['name']}.{attribute['name']}",
            type=attribute["type"],
            values=frozenset(attribute.get("values", [])),
            min=attribute.get("min"),
            max=attribute.get("max"),
        )
        for group in document.get("condition_groups", [])
        for attribute in group.get("attributes", [])
    ]


def _deciding_events(document: Document) -> list[tuple[str, str]]:
    return [
        (event["name"], action["placement"])
        for event in document.get("events", [])
        for action in event.get("actions", [])
        if _decides(action)
    ]


def _decides(action: dict[str, Any]) -> bool:
    return action.get("do") == "decide"
