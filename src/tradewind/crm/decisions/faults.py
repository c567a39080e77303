"""Brings the engine's faults back to the people who can mend them: from a JSON Pointer to an offer and its field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tradewind.crm.decisions.document import Document
from tradewind.engine import wire

LISTS_WITH_CODES: Final = {"profiles": "id", "treatments": "id"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that the engine refuses, at the place where a person wrote it.

    Attributes:
        offer: the offer's code, or None where the fault lies in the toolkit.
        field: the field of the offer, profile or treatment (`eligibility`, `rule`, `title` …), else the path.
        part: `profiles` or `treatments` where the field belongs to one of these, else empty.
        part_code: the code of that profile or treatment (`call-center-ro`), else empty.
        line, column: counted from 1 inside an expression, else None.
    """

    offer: str | None
    field: str
    part: str
    part_code: str
    code: str
    message: str
    line: int | None
    column: int | None
    path: str


def locate(document: Document, faults: Iterable[wire.Fault]) -> list[Fault]:
    """Finds for each fault the offer and field in the document that it was found in."""
    return [_located(document, fault) for fault in faults]


def _located(document: Document, fault: wire.Fault) -> Fault:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in fault.path.split("/")[1:]]
    offer, part, part_code, field = None, "", "", ".".join(steps)
    if len(steps) >= 2 and steps[0] == "offers":
        row = _item(document.get("offers"), steps[1])
        offer = row.get("id")
        part, part_code, field = _inside(row, steps[2:])
    return Fault(
        offer=offer,
        field=field,
        part=part,
        part_code=part_code,
        code=fault.code,
        message=fault.message,
        line=fault.line,
        column=fault.column,
        path=fault.path,
    )


def _inside(offer: Document, steps: list[str]) -> tuple[str, str, str]:
    """(part, code of the part, field) of the steps below an offer."""
    if len(steps) >= 2 and steps[0] in LISTS_WITH_CODES:
        row = _item(offer.get(steps[0]), steps[1])
        rest = steps[3:] if steps[2:3] == ["texts"] and len(steps) > 3 else steps[2:]
        return steps[0], str(row.get(LISTS_WITH_CODES[steps[0]], "")), ".".join(rest)
    return "", "", ".".join(steps[:1])


def _item(rows: Any, index: str) -> dict[str, Any]:
    if isinstance(rows, list) and index.isdigit() and int(index) < len(rows):
        row: dict[str, Any] = rows[int(index)]
        return row
    return {}
