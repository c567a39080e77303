"""The table of a run in docs/explanation/access.md."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from benchmarks.charts import Line, picture
from benchmarks.pages import DOCS, IMAGES, between, processor, table
from benchmarks.results import Figure

CURVES: Final = "access-leads.png"
PAGE: Final = DOCS / "explanation" / "access.md"
READ: Final = ".rights_read"
VENDORS: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def write(figures: Sequence[Figure]) -> None:
    """Put this run's figures into the page, and draw how they grow."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(between(text, "channel", tables(figures)), encoding="utf-8")
    (IMAGES / CURVES).write_bytes(picture("leads", "milliseconds a page", curves(figures)))


def curves(figures: Sequence[Figure]) -> list[Line]:
    """A page by the number of leads, with rights and without."""
    lines = []
    for vendor, database in VENDORS.items():
        start = f"{vendor}.growth.leads="
        points = [(int(f.name.removeprefix(start)), f) for f in figures if f.name.startswith(start)]
        lines.append(Line(f"{database}, with rights", [(leads, f.value / 1000) for leads, f in points]))
        lines.append(Line(f"{database}, plain filter", [(leads, (f.peer_value or 0.0) / 1000) for leads, f in points]))
    return lines


def tables(figures: Sequence[Figure]) -> str:
    by_name = {figure.name: figure for figure in figures}
    lists = [figure for name, figure in by_name.items() if f"{name}{READ}" in by_name]
    head = ("database", "who", "question", "with rights", "plain filter", "ratio", "ratio of a further question")
    rows = [row(figure, by_name[f"{figure.name}{READ}"]) for figure in lists]
    others = [figure for name, figure in by_name.items() if ".form." in name or ".explain." in name]
    more = table(("database", "what", "median", "× plain filter"), [other(figure) for figure in others])
    curve = f"![Time of a page by the number of leads](../images/{CURVES})"
    return f"{processor()}, Python {sys.version.split()[0]}.\n\n{table(head, rows)}\n\n{curve}\n\n{more}"


def row(figure: Figure, read: Figure) -> list[str]:
    vendor, *who, question = figure.name.split(".")
    times = [milliseconds(figure.value), milliseconds(figure.peer_value or 0.0)]
    return [
        VENDORS[vendor],
        ", ".join(who).replace("_", " "),
        question.replace("_", " "),
        *times,
        ratio(figure),
        ratio(read),
    ]


def other(figure: Figure) -> list[str]:
    vendor, *what = figure.name.split(".")
    return [VENDORS[vendor], ": ".join(what).replace("_", " "), milliseconds(figure.value), ratio(figure)]


def milliseconds(value: float) -> str:
    return f"{value / 1000:,.2f} ms"


def ratio(figure: Figure) -> str:
    return "" if figure.ratio is None else f"{figure.ratio:.2f}"
