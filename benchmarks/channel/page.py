"""The table of a run in docs/explanation/access.md."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from benchmarks.pages import DOCS, between, processor, table
from benchmarks.results import Figure

PAGE: Final = DOCS / "explanation" / "access.md"
READ: Final = ".rights_read"
VENDORS: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def write(figures: Sequence[Figure]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(between(text, "channel", tables(figures)), encoding="utf-8")


def tables(figures: Sequence[Figure]) -> str:
    by_name = {figure.name: figure for figure in figures}
    lists = [figure for name, figure in by_name.items() if f"{name}{READ}" in by_name]
    head = ("database", "who", "question", "with rights", "plain filter", "ratio", "ratio once rights are read")
    rows = [row(figure, by_name[f"{figure.name}{READ}"]) for figure in lists]
    others = [figure for name, figure in by_name.items() if ".form." in name or ".explain." in name]
    more = table(("database", "what", "median", "× plain filter"), [other(figure) for figure in others])
    return f"{processor()}, Python {sys.version.split()[0]}.\n\n{table(head, rows)}\n\n{more}"


def row(figure: Figure, read: Figure) -> list[str]:
    vendor, *who, question = figure.name.split(".")
    times = [milliseconds(figure.value), milliseconds(figure.peer_value or 0.0)]
    return [VENDORS[vendor], ", ".join(who).replace("_", " "), question, *times, ratio(figure), ratio(read)]


def other(figure: Figure) -> list[str]:
    vendor, *what = figure.name.split(".")
    return [VENDORS[vendor], ": ".join(what).replace("_", " "), milliseconds(figure.value), ratio(figure)]


def milliseconds(value: float) -> str:
    return f"{value / 1000:,.2f} ms"


def ratio(figure: Figure) -> str:
    return "" if figure.ratio is None else f"{figure.ratio:.2f}"
