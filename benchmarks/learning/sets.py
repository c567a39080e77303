"""The labelled tables: what packages bring with them, written as CSV and read by the lab's own reader.

Columns that name a customer, or that give the label away, are left out; how many rows are taken is capped, so that the
run is short. SolarFlare has counts and not classes: here it is whether a region had a common flare. Yeast has several
labels a row, so it is no table of this kind.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from tradewind.demo import packaged
from tradewind.engine.lab.bandit import shuffled
from tradewind.engine.lab.tables import Table, read_table

MOST_ROWS: Final = 5_000
TARGET: Final = "label"

_CHOOSING: Final = 7
"""The seed of the order whose first rows are taken of a set that has too many."""

type Record = dict[str, object]
"""One row, its label under `TARGET`."""


class Absent(LookupError):  # noqa: N818 - a refusal, named for what happened
    """The package that brings a set is not installed."""


@dataclass(frozen=True, slots=True)
class Set:
    """`records` gives its rows; `says` is where they come from and what an offer is."""

    records: Callable[[], Iterable[Record]]
    says: str


def table_of(name: str, *, rows: int = MOST_ROWS) -> Table:
    """A set as the lab reads it, at most `rows` of it: always the same.

    Raises:
        Absent: its package is not installed.
    """
    table = _whole(name)
    return first_rows(table, shuffled(len(table.rows), seed=_CHOOSING)[:rows]) if len(table.rows) > rows else table


def first_rows(table: Table, places: Sequence[int]) -> Table:
    """A table of some rows in another order; offers stay, and what each would bring is counted again."""
    labels = tuple(table.labels[place] for place in places)
    counts = np.bincount(labels, minlength=len(table.problem.offers)) / len(labels)
    return Table(
        problem=replace(table.problem, hindsight=tuple(counts.tolist())),
        rows=tuple(table.rows[place] for place in places),
        labels=labels,
    )


@cache
def _whole(name: str) -> Table:
    records = list(SETS[name].records())
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(records[0]))
            writer.writeheader()
            writer.writerows(records)
        return read_table(path, TARGET)


def _packaged(package: str, file: str) -> Iterator[dict[str, str]]:
    path = packaged.find(package, file)
    if path is None:
        raise Absent(f"the package {package} is not installed, which brings {file}; `make setup` installs it")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _labelled(rows: Iterable[dict[str, str]], label: str, without: Sequence[str]) -> Iterator[Record]:
    for row in rows:
        yield {
            **{name: text for name, text in row.items() if name not in (label, *without)},
            TARGET: row[label],
        }


def _bank(label: str) -> Callable[[], Iterable[Record]]:
    return lambda: _labelled(_packaged("dmba", "dmba/csvFiles/UniversalBank.csv.gz"), label, ["ID"])


def _book_club() -> Iterable[Record]:
    rows = _packaged("dmba", "dmba/csvFiles/CharlesBookClub.csv.gz")
    return _labelled(rows, "Florence", ["Seq#", "ID#", "Yes_Florence", "No_Florence"])


def _laptops() -> Iterator[Record]:
    """Every thirtieth sale, so that the whole year is in it."""
    rows = islice(_packaged("dmba", "dmba/csvFiles/LaptopSales.csv.gz"), 0, None, 30)
    hidden = ["Date", "Configuration", "Customer Postcode", "store X", "store Y"]
    for row in rows:
        if not row["Date"]:
            continue
        sold = datetime.strptime(row["Date"], "%m/%d/%Y %H:%M")
        when = {"month": str(sold.month), "weekday": str(sold.weekday()), "hour": str(sold.hour)}
        yield from _labelled([{**row, **when}], "Store Postcode", hidden)


def _digits() -> Iterator[Record]:
    try:
        from sklearn.datasets import load_digits  # noqa: PLC0415 - takes a second
    except ImportError as missing:
        raise Absent("the package scikit-learn is not installed, which brings digits") from missing
    found = load_digits()
    for pixels, digit in zip(found.data, found.target, strict=True):
        yield {**{f"pixel {place}": f"{shade:g}" for place, shade in enumerate(pixels)}, TARGET: str(digit)}


def _river(name: str, label: Callable[[Any], object] = lambda found: found) -> Callable[[], Iterable[Record]]:
    def records() -> Iterator[Record]:
        try:
            from river import datasets  # noqa: PLC0415 - takes seconds
        except ImportError as missing:
            raise Absent(f"the package river is not installed, which brings {name}") from missing
        for attributes, found in getattr(datasets, name)():
            yield {**attributes, TARGET: label(found)}

    return records


SETS: Final[dict[str, Set]] = {
    "bank-loan": Set(_bank("Personal Loan"), "UniversalBank: did the customer take the personal loan"),
    "bank-education": Set(_bank("Education"), "UniversalBank: which of three levels of education"),
    "book-club": Set(_book_club, "CharlesBookClub: was the book about Florence bought"),
    "laptop-store": Set(_laptops, "LaptopSales: in which store it was bought"),
    "digits": Set(_digits, "scikit-learn: which digit a picture of 8 × 8 shows"),
    "phishing": Set(_river("Phishing"), "River: is a site there to deceive"),
    "bananas": Set(_river("Bananas"), "River: which of two shapes a point lies in"),
    "segments": Set(_river("ImageSegments"), "River: what a piece of a photograph shows"),
    "flares": Set(_river("SolarFlare", lambda found: found["c-class-flares"] > 0), "River: did the region flare"),
    "shuttle": Set(_river("Shuttle"), "River: is the state of the radiator a rare one"),
}
