"""Reading a CSV or XLSX file into rows with the columns that an import knows."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import tablib
from django.utils.translation import gettext, override

from tradewind.crm.channel.bulk.columns import LABELS
from tradewind.crm.parties.words import key_of

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_UNPACKED_BYTES: Final = 400 * 1024 * 1024
MOST_ROWS: Final = 100_000
FORMULA_STARTS: Final = ("=", "+", "-", "@", "|", "%")

type Row = dict[str, str]


class SheetRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The file cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows by the names of our columns, numbered as a spreadsheet numbers them, and what was not read."""

    rows: Sequence[tuple[int, Row]]
    ignored: Sequence[str]


def read(content: bytes, file_name: str) -> Sheet:
    """The rows of a file, empty ones left out.

    Raises:
        SheetRefused: not a CSV or XLSX file, too large, without rows, or without a column for the company.
    """
    if len(content) > MOST_BYTES:
        raise SheetRefused(gettext("The file is larger than 20 MB."))
    table = _xlsx(content) if file_name.lower().endswith(".xlsx") else _csv(content)
    names = [_column(head) for head in table.headers or []]
    if "company" not in names:
        raise SheetRefused(gettext("There is no column for the company in the first row."))
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise SheetRefused(gettext("Two columns are the same: %(names)s.") % {"names": ", ".join(twice)})
    if len(table) > MOST_ROWS:
        raise SheetRefused(gettext("The file has more than 100,000 rows."))
    rows = [(number, row) for number, row in _rows(table, names) if any(row.values())]
    if not rows:
        raise SheetRefused(gettext("The file has no row under its first one."))
    ignored = [str(head) for head, name in zip(table.headers or [], names, strict=True) if not name and head]
    return Sheet(rows, ignored)


def _rows(table: tablib.Dataset, names: Sequence[str]) -> Iterator[tuple[int, Row]]:
    for number, cells in enumerate(table, start=2):
        yield number, {name: _text(cell) for name, cell in zip(names, cells, strict=False) if name}


def _text(cell: object) -> str:
    """What a cell says; the sign that keeps it from becoming a formula is no part of it."""
    text = "" if cell is None else str(cell).replace("\x00", "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def _csv(content: bytes) -> tablib.Dataset:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        said = gettext("The file is no XLSX file and no CSV file in UTF-8. Save it again as “CSV UTF-8” or XLSX.")
        raise SheetRefused(said) from wrong
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        return tablib.Dataset().load(io.StringIO(text, newline=""), format="csv", delimiter=delimiter)
    except (csv.Error, tablib.exceptions.TablibException) as wrong:
        raise SheetRefused(gettext("The file cannot be read as CSV: %(reason)s.") % {"reason": wrong}) from wrong


def _xlsx(content: bytes) -> tablib.Dataset:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED_BYTES:
                raise SheetRefused(gettext("The file unpacks to more than can be read."))
        return tablib.Dataset().load(io.BytesIO(content), format="xlsx")
    except (zipfile.BadZipFile, KeyError, ValueError, tablib.exceptions.TablibException) as wrong:
        raise SheetRefused(gettext("The file cannot be read as XLSX.")) from wrong


def _column(head: object) -> str:
    """Our name for a column, by its code or by its label in either language; empty for one that is not read."""
    return _names().get(key_of(str(head or "")), "")


def _names() -> dict[str, str]:
    known = {key_of(name): name for name in LABELS}
    for language in ("en", "ro"):
        with override(language):
            known |= {key_of(str(label)): name for name, label in LABELS.items()}
    return known
