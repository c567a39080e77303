"""Labelled tables: a CSV file read whole, or refused with everything that is wrong with it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path
from typing import Final

from tradewind.engine.lab.inferring import MISSING, attribute_of, reader_of
from tradewind.engine.lab.problems import Attribute, Problem, Row

MOST_CLASSES: Final = 1_000
_NAMED: Final = 10
_LONGEST_HEADER: Final = 100_000
"""Letters; behind them nobody looks for the end of a name in quotes."""

_SEPARATORS: Final = (",", ";", "\t", "|")
_QUOTED: Final = re.compile('"[^"]*"')


class UnusableFile(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A file cannot be used; `faults` has every reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Cells:
    """A file as text: `lines` has the number of the line that each of `rows` ends on."""

    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]

    def column(self, name: str) -> list[str]:
        at = self.header.index(name)
        return [row[at] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Table:
    """A problem with its answers: for each row the number of the only offer that is accepted.

    `left_out` counts the rows that had no label.
    """

    problem: Problem
    rows: tuple[Row, ...]
    labels: tuple[int, ...]
    left_out: int = 0


def read_cells(path: Path) -> Cells:
    """Read a CSV file in UTF-8 with a header; commas, semicolons, tabs or bars separate, as in the header.

    Raises:
        UnusableFile: with every fault.
    """
    text = _text(path)
    lines = _lines(text)
    if not text.strip():
        raise UnusableFile([f"{path} is empty"])
    separator = _separator(_first_row(lines))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    rows, ends = [], []
    try:
        for row in reader:
            if row:
                rows.append(row)
                ends.append(reader.line_num)
    except csv.Error as error:
        raise UnusableFile([f"line {reader.line_num}: {error}"]) from error
    header = tuple(name.strip() or f"column {number}" for number, name in enumerate(rows[0], start=1))
    faults = [*_duplicates(header), *_ragged(len(header), rows[1:], ends[1:])]
    if len(rows) == 1:
        faults.append(f"{path} has a header and no rows")
    if faults:
        raise UnusableFile(faults)
    return Cells(header, rows[1:], ends[1:])


def read_table(path: Path, target: str) -> Table:
    """Make a bandit problem of a labelled table: each class an offer, accepted where it is the label.

    Raises:
        UnusableFile: with every fault.
    """
    try:
        cells = read_cells(path)
    except UnusableFile as unusable:
        raise UnusableFile([*unusable.faults, *_no_target(path, target)]) from None
    if target not in cells.header:
        raise UnusableFile([_unknown(target, cells.header)])
    labels = [label.strip() for label in cells.column(target)]
    labelled = [at for at, label in enumerate(labels) if label.lower() not in MISSING]
    counts = Counter(labels[at] for at in labelled)
    faults = list(_class_faults(target, len(counts)))
    names = [name for name in cells.header if name != target]
    if not names:
        faults.append(f"there is no column beside {target}")
    if faults:
        raise UnusableFile(faults)
    columns = [[cells.rows[at][cells.header.index(name)].strip() for at in labelled] for name in names]
    attributes = tuple(attribute_of(name, column) for name, column in zip(names, columns, strict=True))
    offers = tuple(sorted(counts, key=_by_number))
    number_of = {offer: number for number, offer in enumerate(offers)}
    hindsight = tuple(counts[offer] / len(labelled) for offer in offers)
    return Table(
        problem=Problem(attributes, offers, hindsight),
        rows=_rows(attributes, columns),
        labels=tuple(number_of[labels[at]] for at in labelled),
        left_out=len(labels) - len(labelled),
    )


def _rows(attributes: tuple[Attribute, ...], columns: list[list[str]]) -> tuple[Row, ...]:
    read = [
        [reader_of(attribute)(text) for text in column] for attribute, column in zip(attributes, columns, strict=True)
    ]
    return tuple(zip(*read, strict=True))


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        said = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise UnusableFile([f"{path}: {said}"]) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnusableFile([f"{path} is not UTF-8: line {line} has the byte {raw[error.start]:#04x}"]) from error


def _lines(text: str) -> list[str]:
    """With their ends: a line feed, a carriage return or both, and nothing else that Unicode has for one."""
    return list(io.StringIO(text, newline=""))


def _first_row(lines: Sequence[str]) -> str:
    """The text of the header, which a name in quotes may carry on into the next lines."""
    rows = list(dropwhile(str.isspace, lines))
    row = ""
    for line in rows:
        row += line
        if row.count('"') % 2 == 0:
            return row
        if len(row) > _LONGEST_HEADER:
            break
    return "".join(rows[:1])


def _separator(header: str) -> str:
    """What separates most often outside quotes; of equals the first."""
    return max(_SEPARATORS, key=_QUOTED.sub("", header).count)


def _duplicates(header: Iterable[str]) -> list[str]:
    return [f"{times} columns are called {name}" for name, times in Counter(header).items() if times > 1]


def _ragged(width: int, rows: list[list[str]], ends: list[int]) -> list[str]:
    ragged = [f"line {end} has {len(row)}" for row, end in zip(rows, ends, strict=True) if len(row) != width]
    if not ragged:
        return []
    more = f" and {len(ragged) - _NAMED:,} more lines" if len(ragged) > _NAMED else ""
    return [f"the header has {width} columns, but {', '.join(ragged[:_NAMED])}{more}"]


def _no_target(path: Path, target: str) -> list[str]:
    """Whether a file that cannot be used lacks the target as well, as far as its header can be read."""
    try:
        first = _first_row(_lines(_text(path)))
        separated = list(csv.reader(_lines(first), delimiter=_separator(first)))
    except (UnusableFile, csv.Error):
        return []
    header = [name.strip() for names in separated for name in names if name.strip()]
    return [_unknown(target, header)] if header and target not in header else []


def _unknown(target: str, header: Sequence[str]) -> str:
    more = f" and {len(header) - 2 * _NAMED} more" if len(header) > 2 * _NAMED else ""
    return f"no column is called {target}; there are {', '.join(header[: 2 * _NAMED])}{more}"


def _class_faults(target: str, classes: int) -> Iterable[str]:
    if classes == 0:
        yield f"{target} has no value in any row"
    elif classes == 1:
        yield f"{target} has one class only, so there is nothing to choose from"
    elif classes > MOST_CLASSES:
        yield f"{target} has {classes:,} classes, {MOST_CLASSES:,} at most can be offers"


def _by_number(label: str) -> tuple[int, float, str]:
    """Numbers in their order, then texts in theirs."""
    try:
        return (0, float(label), label)
    except ValueError:
        return (1, 0.0, label)
