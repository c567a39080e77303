"""What the contract knows and this engine does not enforce yet: refused by name, never silently ignored."""

from __future__ import annotations

from collections.abc import Iterator

from tradewind.engine import wire


def unsupported(document: wire.Publication) -> list[wire.Fault]:
    """A fault `not_supported` at every part of the publication that would not be acted upon."""
    parts = (*_sources(document), *_events(document))
    return [wire.Fault(path=path, code="not_supported", message=f"{what} not supported yet") for path, what in parts]


def _sources(document: wire.Publication) -> Iterator[tuple[str, str]]:
    for number in range(len(document.data_sources)):
        yield f"/data_sources/{number}", "data sources are"
    for number, group in enumerate(document.condition_groups):
        for place, source in enumerate(group.populated_by):
            path = f"/condition_groups/{number}/populated_by/{place}"
            if source.data_source is not None:
                yield f"{path}/data_source", "data sources are"
            if source.condition_group is not None:
                yield f"{path}/condition_group", "filling a group from another is"


def _events(document: wire.Publication) -> Iterator[tuple[str, str]]:
    for number, event in enumerate(document.events):
        decisions = 0
        for place, action in enumerate(event.actions):
            path = f"/events/{number}/actions/{place}"
            match action:
                case wire.Assign() | wire.Respond() | wire.Notify():
                    yield path, f"the action {action.__struct_config__.tag} is"
                case wire.Decide():
                    decisions += 1
                    if decisions > 1:
                        yield path, "a second decision in one event is"
        if event.output:
            yield f"/events/{number}/output", "an output template is"
