"""Taking an import up: looking at its rows, and writing them once somebody has said yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext

from tradewind.crm.channel.bulk.plan import Known, Planned, plan
from tradewind.crm.channel.bulk.sheet import SheetRefused, read
from tradewind.crm.channel.bulk.write import write
from tradewind.crm.channel.models import ImportLine, ImportState, PartnerImport

AT_ONCE: Final = 2_000
LONGEST: Final = 400


def look(run: PartnerImport, *, now: datetime) -> None:
    """Say of every row what would become of it. Nothing but the report is written."""
    with translation.override(run.uploaded_by.language):
        try:
            sheet = read(bytes(run.content), run.file_name)
        except SheetRefused as refused:
            _end(run, ImportState.FAILED, now=now, reason=str(refused))
            return
        run.lines.all().delete()
        run.rows_total, run.rows_done, run.ignored = len(sheet.rows), 0, ", ".join(sheet.ignored)[:LONGEST]
        run.save(update_fields=["rows_total", "rows_done", "ignored"])
        kept: list[Planned] = []
        for planned in plan(sheet, Known.now()):
            kept.append(planned)
            if len(kept) == AT_ONCE:
                _report(run, kept)
                kept = []
        _report(run, kept)
    _end(run, ImportState.CHECKED, now=now)


def carry_out(run: PartnerImport, *, now: datetime) -> None:
    """Write every row, or none: the file is looked at again, for the records may have changed since."""
    with translation.override(run.uploaded_by.language):
        planned = list(plan(read(bytes(run.content), run.file_name), Known.now()))
        if _differs(run, planned):
            said = gettext("Partners have changed since the file was looked at. Nothing was written; look again.")
            _look_again(run, planned, now=now, reason=said)
            return
        try:
            with transaction.atomic():
                write(planned, actor=run.uploaded_by, now=now)
                _end(run, ImportState.WRITTEN, now=now)
        except IntegrityError:
            said = gettext("Somebody wrote the same partner at the same moment. Nothing was written; look again.")
            _look_again(run, planned, now=now, reason=said)


def break_off(run: PartnerImport, *, now: datetime) -> None:
    """End a run that a fault of ours stopped, so that it is not taken up for ever; the worker's log has the fault."""
    with translation.override(run.uploaded_by.language):
        said = gettext("The import broke off, and nothing was written. The administrator finds the fault in the log.")
    _end(run, ImportState.FAILED, now=now, reason=said)


def _differs(run: PartnerImport, planned: Sequence[Planned]) -> bool:
    before = list(run.lines.order_by("number").values_list("number", "outcome"))
    return before != [(row.number, row.outcome.value) for row in planned]


@transaction.atomic
def _look_again(run: PartnerImport, planned: Sequence[Planned], *, now: datetime, reason: str) -> None:
    run.lines.all().delete()
    _report(run, planned)
    _end(run, ImportState.CHECKED, now=now, reason=reason)


def _report(run: PartnerImport, planned: Sequence[Planned]) -> None:
    ImportLine.objects.bulk_create(
        ImportLine(run=run, number=row.number, outcome=row.outcome, company=row.company, said=row.said[:LONGEST])
        for row in planned
    )
    run.rows_done += len(planned)
    run.save(update_fields=["rows_done"])


def _end(run: PartnerImport, state: ImportState, *, now: datetime, reason: str = "") -> None:
    run.state, run.ended_at, run.reason = state, now, reason[:LONGEST]
    run.save(update_fields=["state", "ended_at", "reason"])
