"""What a new publication changes against the running one, as facts that can be told in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tradewind.crm.decisions.document import Document, canonical, content
from tradewind.crm.decisions.words import Change

__all__ = ["Change", "compare", "same_content"]

NOT_COMPARED: Final = frozenset({"id", "version", "profiles", "treatments"})
DEFAULTS: Final[Mapping[str, Any]] = {
    "purpose": "product_offer",
    "display": "priority",
    "priority": 1,
    "value": 1.0,
    "cost": 0.0,
    "weight": 1.0,
    "eligibility": "true",
    "rule": "true",
    "limit": 3,
    "control_percent": 2.0,
    "exploration.policy": "thompson",
    "exploration.floor": 0.05,
    "exploration.introduction": 50,
    "exploration.ranked_by": "profiles",
}
"""What the wire leaves out because it is the default; a change from or to it is told with its value."""
TOOLKIT: Final = (
    ("condition_groups", "condition_group"),
    ("events", "event"),
    ("placements", "placement"),
    ("outcomes", "outcome"),
    ("arbitration", "arbitration"),
)


def compare(running: Document | None, wanted: Document, *, titles: Mapping[str, str]) -> list[Change]:
    """Everything that the wanted document changes; nothing where only number and digest differ.

    Args:
        titles: what the offers are called, by code.
    """
    before, after = content(running or {}), content(wanted)
    return [
        *_offers(before, after, titles),
        *_toolkit(before, after),
        *_fields("publication", "", "", before, after, only=("time_zone",)),
    ]


def same_content(running: Document | None, wanted: Document) -> bool:
    return running is not None and canonical(content(running)) == canonical(content(wanted))


def _offers(before: Document, after: Document, titles: Mapping[str, str]) -> Iterator[Change]:
    old, new = _by(before.get("offers"), "id"), _by(after.get("offers"), "id")
    for code in sorted(old.keys() | new.keys()):
        for change in _offer(code, old.get(code), new.get(code)):
            yield Change(**{**change.to_row(), "title": titles.get(code, "")})


def _offer(code: str, old: Document | None, new: Document | None) -> Iterator[Change]:
    if old is None or new is None:
        yield Change("added" if old is None else "removed", "offer", code)
        return
    yield from _fields("offer", code, "", old, new)
    yield from _rows("profile", code, old.get("profiles"), new.get("profiles"))
    yield from _rows("treatment", code, old.get("treatments"), new.get("treatments"))
    if [row["id"] for row in old.get("profiles", [])] != [row["id"] for row in new.get("profiles", [])]:
        yield from _reordered(code, old["profiles"], new["profiles"])


def _reordered(code: str, old: list[Document], new: list[Document]) -> Iterator[Change]:
    kept = {row["id"] for row in old} & {row["id"] for row in new}
    before, after = ([row["id"] for row in rows if row["id"] in kept] for rows in (old, new))
    if before != after:
        yield Change("reordered", "profile", code, before=before, after=after)


def _rows(thing: str, code: str, before: Any, after: Any) -> Iterator[Change]:
    old, new = _by(before, "id"), _by(after, "id")
    for part in [*old, *(part for part in new if part not in old)]:
        if part not in new:
            yield Change("removed", thing, code, part)
        elif part not in old:
            yield Change("added", thing, code, part)
        else:
            yield from _fields(thing, code, part, _flat(old[part]), _flat(new[part]))


def _toolkit(before: Document, after: Document) -> Iterator[Change]:
    for key, thing in TOOLKIT:
        old, new = _by(before.get(key), "name"), _by(after.get(key), "name")
        for name in sorted(old.keys() | new.keys()):
            if name not in new or name not in old:
                yield Change("removed" if name in old else "added", thing, name)
            elif thing == "condition_group":
                yield from _attributes(name, old[name], new[name])
            elif thing == "placement":
                yield from _fields(thing, name, "", _flat(old[name]), _flat(new[name]))
            else:
                yield from _fields(thing, name, "", old[name], new[name])


def _attributes(group: str, before: Document, after: Document) -> Iterator[Change]:
    old, new = _by(before.get("attributes"), "name"), _by(after.get("attributes"), "name")
    for name in sorted(old.keys() | new.keys()):
        path = f"{group}.{name}"
        if name not in new or name not in old:
            yield Change("removed" if name in old else "added", "attribute", path)
        else:
            yield from _fields("attribute", path, "", old[name], new[name])


def _fields(
    thing: str, code: str, part: str, old: Document, new: Document, *, only: Iterable[str] | None = None
) -> Iterator[Change]:
    names = sorted((old.keys() | new.keys()) - NOT_COMPARED) if only is None else only
    for name in names:
        before, after = (row.get(name, DEFAULTS.get(name)) for row in (old, new))
        if before != after:
            yield Change("changed", thing, code, part, name, before, after)


def _flat(row: Document) -> Document:
    """What lies inside becomes fields of their own: `texts.title`, `suitability.ro`, `exploration.policy`."""
    flat: Document = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": said for inner, said in value.items()}
        else:
            flat[name] = value
    return flat


def _by(rows: Any, key: str) -> dict[str, Document]:
    return {row[key]: row for row in rows or []}
