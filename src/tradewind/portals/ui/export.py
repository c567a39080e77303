"""Lists as CSV and XLSX; a cell never becomes a formula on the machine of who opens it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

type Cell = str | int | float | Decimal | dt.date | None
type Row = Sequence[Cell]

FORMATS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
WIDEST = 60


def harmless(text: str) -> str:
    """Text that a spreadsheet takes for text.

    >>> harmless("=1+1"), harmless("Care plan")
    ("'=1+1", 'Care plan')
    """
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def export_url(request: HttpRequest, view: str, form: str) -> str:
    """The address of a list's export, with the filters of the page that is shown and without its number."""
    query = request.GET.copy()
    query.pop("page", None)
    url = reverse(view, args=[form])
    return f"{url}?{query.urlencode()}" if query else url


def download(form: str, name: str, head: Sequence[str], rows: Iterable[Row]) -> HttpResponse:
    """The rows as a file to keep, in one of `FORMATS`."""
    response = _xlsx(name, head, rows) if form == "xlsx" else _csv(head, rows)
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "no-store"
    return response


def _csv(head: Sequence[str], rows: Iterable[Row]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.write("\ufeff")  # so that spreadsheets read ș and ț
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return response


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return timezone.localtime(cell).isoformat(timespec="minutes")
    return harmless(cell) if isinstance(cell, str) else str(cell)


def _xlsx(name: str, head: Sequence[str], rows: Iterable[Row]) -> HttpResponse:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    kept = [[_cell(value) for value in row] for row in rows]
    for index, title in enumerate(head):
        longest = max((len(str(row[index] or "")) for row in kept), default=0)
        sheet.column_dimensions[chr(ord("A") + index)].width = min(max(longest, len(title)) + 2, WIDEST)
    sheet.freeze_panes = "A2"
    sheet.append([_typed(sheet, title, bold=True) for title in head])
    for row in kept:
        sheet.append([_typed(sheet, value) for value in row])
    held = BytesIO()
    book.save(held)
    return HttpResponse(held.getvalue(), content_type=XLSX)


def _cell(value: Cell) -> Cell:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _typed(sheet: object, value: Cell, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never "f", whatever it starts with
    if bold:
        cell.font = Font(bold=True)
    return cell
