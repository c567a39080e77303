"""What would become of each row: new, changed, the same as before, or wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext, override

from tradewind.crm.channel.bulk.columns import LABELS, ORGANISATION, PARTNER, READERS, CellRefused
from tradewind.crm.channel.bulk.sheet import Row, Sheet
from tradewind.crm.channel.models import Outcome, Partner, PartnerType, Programme, Status
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.names import company_key
from tradewind.crm.parties.words import key_of

LISTS: Final = {"type": "type", "programme": "programme", "manager": "looked_after_by"}
"""Columns that name a row of a list, and the field of a partner that holds it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One row with what is to be done: `values` by field, those of the organisation apart."""

    number: int
    company: str
    outcome: Outcome
    said: str = ""
    partner: Partner | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    of_organisation: Mapping[str, str] = field(default_factory=dict)
    status: Status = Status.RECRUITED

    @property
    def mark(self) -> str:
        """What no other row of the file may share: the VAT id, else the name."""
        known = self.partner.vat_id if self.partner else ""
        return str(self.values.get("vat_id") or known or company_key(self.company))


@dataclass(slots=True)
class Known:
    """The records that rows are compared with, read once."""

    by_vat_id: dict[str, Partner]
    by_name: dict[str, list[Partner]]
    lists: dict[str, dict[str, Any]]
    statuses: dict[str, Status]

    @classmethod
    def now(cls) -> Known:
        partners = list(Partner.objects.with_status())
        by_name: dict[str, list[Partner]] = {}
        for partner in partners:
            by_name.setdefault(partner.name_key, []).append(partner)
        managers = User.objects.filter(
            is_active=True, role_assignments__role=Role.CHANNEL_MANAGER, role_assignments__ended_at=None
        )
        return cls(
            {partner.vat_id: partner for partner in partners if partner.vat_id},
            by_name,
            {
                "type": _called(PartnerType.objects.all()),
                "programme": _called(Programme.objects.all()),
                "manager": {key_of(text): user for user in managers for text in (user.email, user.name)},
            },
            _statuses(),
        )


def plan(sheet: Sheet, known: Known) -> Iterator[Planned]:
    """Every row in turn; a row that says the same as an earlier one is wrong."""
    seen: dict[str, int] = {}
    for number, row in sheet.rows:
        planned = _plan_row(number, row, known)
        if planned.outcome != Outcome.WRONG and (first := seen.setdefault(planned.mark, number)) != number:
            said = gettext("The same company as in row %(number)s.") % {"number": first}
            planned = Planned(number, planned.company, Outcome.WRONG, said)
        yield planned


def _plan_row(number: int, row: Row, known: Known) -> Planned:
    company = row.get("company", "")
    try:
        cells = _cells(row, known)
        partner = _partner(cells, known)
    except CellRefused as refused:
        return Planned(number, company[:160], Outcome.WRONG, str(refused))
    if partner is None:
        return _new(number, cells, known)
    return _changed(number, cells, partner)


def _cells(row: Row, known: Known) -> dict[str, Any]:
    """The cells that say something, each as its field wants it."""
    cells: dict[str, Any] = {}
    for name, text in row.items():
        if not text and name != "company":
            continue
        try:
            cells[name] = READERS[name](text) if name in READERS else _chosen(name, text, known)
        except CellRefused as refused:
            raise CellRefused(f"{LABELS[name]}: {refused}") from refused
    return cells


def _chosen(name: str, text: str, known: Known) -> Any:
    choices: Mapping[str, Any] = known.statuses if name == "status" else known.lists[name]
    if key_of(text) not in choices:
        raise CellRefused(gettext("“%(text)s” is not known.") % {"text": text})
    return choices[key_of(text)]


def _partner(cells: Mapping[str, Any], known: Known) -> Partner | None:
    """The partner that a row is about: the one with its VAT id, or with its name where neither has a VAT id."""
    if cells.get("vat_id") in known.by_vat_id:
        return known.by_vat_id[cells["vat_id"]]
    same = known.by_name.get(company_key(cells["company"]), [])
    without = [partner for partner in same if not partner.vat_id]
    if len(without) > 1:
        raise CellRefused(gettext("Several partners have this name and no VAT id."))
    if without:
        return without[0]
    if same and not cells.get("vat_id"):
        said = gettext("%(partner)s has a VAT id; write it, so that it is clear who is meant.")
        raise CellRefused(said % {"partner": same[0]})
    return None


def _new(number: int, cells: dict[str, Any], known: Known) -> Planned:
    same = known.by_name.get(company_key(cells["company"]), [])
    said = gettext("There is a partner of this name with another VAT id.") if same else ""
    status: Status = cells.get("status", Status.RECRUITED)
    if status not in {Status.RECRUITED, Status.ACTIVE}:
        said = gettext("A new partner is being recruited or active.")
        return Planned(number, cells["company"], Outcome.WRONG, said)
    return Planned(
        number,
        cells["company"],
        Outcome.NEW,
        said,
        values=_fields(cells),
        of_organisation={ORGANISATION[name]: cells[name] for name in ORGANISATION if name in cells},
        status=status,
    )


def _changed(number: int, cells: dict[str, Any], partner: Partner) -> Planned:
    if cells.get("status", partner.status_now) != partner.status_now:
        said = gettext("The status is changed on the partner's page, step by step.")
        return Planned(number, cells["company"], Outcome.WRONG, said)
    values = {name: value for name, value in _fields(cells).items() if getattr(partner, name) != value}
    place = partner.organisation
    moved = {ORGANISATION[name]: cells[name] for name in ORGANISATION if name in cells}
    moved = {name: value for name, value in moved.items() if getattr(place, name) != value}
    labels = [*_labels(values), *(str(LABELS[name]) for name, column in ORGANISATION.items() if column in moved)]
    outcome = Outcome.CHANGED if labels else Outcome.SAME
    return Planned(number, cells["company"], outcome, ", ".join(labels), partner, values, moved)


def _fields(cells: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: cells[name] for name in PARTNER if name in cells}
    return own | {column: cells[name] for name, column in LISTS.items() if name in cells}


def _labels(values: Mapping[str, Any]) -> Sequence[str]:
    columns = {column: name for name, column in LISTS.items()}
    return [str(LABELS[columns.get(name, name)]) for name in values]


def _called(rows: Any) -> dict[str, Any]:
    """Rows of a list by code and by name in both languages."""
    return {key_of(text): row for row in rows for text in (row.code, row.name, row.name_ro) if text}


def _statuses() -> dict[str, Status]:
    found = {key_of(status.value): status for status in Status}
    for language in ("en", "ro"):
        with override(language):
            found |= {key_of(str(status.label)): status for status in Status}
    return found
