"""What a publication may say about where its groups come from, and no circles in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tradewind.engine import wire
from tradewind.engine.core.context import declared, typed
from tradewind.engine.core.placeholders import CALL_NAMES
from tradewind.engine.core.pointers import pointer
from tradewind.engine.core.populating import Giver, givers, placeholders

MOST_STEPS: Final = 32
"""The longest way from an attribute to where it comes from, sources and groups counted."""

_NOT_ONE: Final = "exactly one of event, data_source and condition_group is given"


def population_faults(document: wire.Publication) -> list[wire.Fault]:
    """Everything wrong with data sources and with `populated_by`, each at its path."""
    faults = [*_groups(document), *_sources(document)]
    return faults or list(_circles(document))


def origin_faults(document: wire.Publication) -> list[wire.Fault]:
    """Origins that say nothing. Only what is published from now on is refused for them.

    History may hold older publications with some; there they stand for the event, and are not to be looked at.
    """
    return [
        _fault(f"/condition_groups/{number}/populated_by/{place}", "not_one", _NOT_ONE)
        for number, group in enumerate(document.condition_groups)
        for place, origin in enumerate(group.populated_by)
        if origin == wire.PopulatedBy()
    ]


def _fault(path: str, code: str, message: str) -> wire.Fault:
    return wire.Fault(path=path, code=code, message=message)


def _groups(document: wire.Publication) -> Iterator[wire.Fault]:
    sources = {source.name for source in document.data_sources}
    groups = {group.name for group in document.condition_groups}
    for number, group in enumerate(document.condition_groups):
        for place, origin in enumerate(group.populated_by):
            path = f"/condition_groups/{number}/populated_by/{place}"
            given = [origin.event, origin.data_source is not None, origin.condition_group is not None]
            if sum(given) > 1:
                yield _fault(path, "not_one", _NOT_ONE)
            if origin.data_source is not None and origin.data_source not in sources:
                yield _fault(f"{path}/data_source", "unknown_source", f"no data source {origin.data_source}")
            if origin.condition_group is not None and origin.condition_group not in groups:
                yield _fault(f"{path}/condition_group", "unknown_group", f"no condition group {origin.condition_group}")


def _sources(document: wire.Publication) -> Iterator[wire.Fault]:
    attributes = declared(document.condition_groups)
    populated = {
        (group.name, origin.data_source) for group in document.condition_groups for origin in group.populated_by
    }
    seen: set[str] = set()
    for number, source in enumerate(document.data_sources):
        path = f"/data_sources/{number}"
        if source.name in seen:
            yield _fault(f"{path}/name", "duplicate", f"{source.name} is there already")
        seen.add(source.name)
        for name, place in placeholders(source).items():
            if name not in CALL_NAMES and name not in attributes:
                yield _fault(path + place, "unknown_attribute", f"no condition group declares {name}")
        for name in source.mapping:
            target = pointer(f"{path}/mapping", name)
            if name not in attributes:
                yield _fault(target, "unknown_attribute", f"no condition group declares {name}")
            elif (name.partition(".")[0], source.name) not in populated:
                message = f"the group {name.partition('.')[0]} is not populated by {source.name}"
                yield _fault(target, "not_populated", message)
        yield from _fallback(path, source, attributes)


def _fallback(path: str, source: wire.DataSource, attributes: Mapping[str, wire.Attribute]) -> Iterator[wire.Fault]:
    for name, value in source.fallback.items():
        place = pointer(f"{path}/fallback", name)
        if name not in source.mapping:
            yield _fault(place, "not_mapped", f"{source.name} does not map {name}")
        elif name in attributes and typed(value, attributes[name]) is None:
            yield _fault(place, "wrong_type", f"is no {attributes[name].type} as {name} is declared")


def _circles(document: wire.Publication) -> Iterator[wire.Fault]:
    """Walk from every attribute to where it comes from; a way that meets itself is a circle."""
    walk = _Walk(document)
    for name in walk.givers:
        walk.attribute(name)
    yield from walk.faults


class _Walk:
    """Depth first over attributes and sources; `way` holds what is being walked, `heights` what has been."""

    def __init__(self, document: wire.Publication) -> None:
        self.givers = givers(document)
        self.faults: list[wire.Fault] = []
        self._needs = {source.name: placeholders(source) for source in document.data_sources}
        self._place = {source.name: number for number, source in enumerate(document.data_sources)}
        self._group = {group.name: number for number, group in enumerate(document.condition_groups)}
        self._heights: dict[str, int] = {}
        self._way: list[str] = []

    def attribute(self, name: str) -> int:
        """How many steps it is at most from an attribute to where it comes from."""
        path = f"/condition_groups/{self._group[name.partition('.')[0]]}/populated_by"
        return self._walk(name, path, self.givers.get(name, ()))

    def _giver(self, giver: Giver) -> int:
        if giver.kind == "event":
            return 0
        if giver.kind == "attribute":
            return self.attribute(giver.name)
        needs = [Giver("attribute", need) for need in self._needs[giver.name] if need not in CALL_NAMES]
        return self._walk(f"source {giver.name}", f"/data_sources/{self._place[giver.name]}", needs)

    def _walk(self, name: str, path: str, onward: Iterable[Giver]) -> int:
        if name in self._way:
            circle = [*self._way[self._way.index(name) :], name]
            self.faults.append(_fault(path, "circle", f"filled in a circle: {' from '.join(circle)}"))
            return 0
        if name in self._heights:
            return self._heights[name]
        self._way.append(name)
        height = 1 + max((self._giver(giver) for giver in onward), default=0)
        self._way.pop()
        self._heights[name] = height
        if height == MOST_STEPS + 1:
            self.faults.append(_fault(path, "too_deep", f"more than {MOST_STEPS} steps to where {name} comes from"))
        return height
