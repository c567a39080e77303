"""A small table whose answers follow from its attributes, and a CSV of it."""

from __future__ import annotations

from pathlib import Path

from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.problems import Attribute, Problem
from tradewind.engine.lab.tables import Table

PROBLEM = Problem(
    attributes=(
        Attribute("tenure", "number", 0.0, 60.0),
        Attribute("plan", "category", values=("basic", "gold")),
        Attribute("fibre", "boolean"),
    ),
    offers=("care", "speed", "none"),
    hindsight=(0.3, 0.5, 0.2),
)


def made_table(size: int = 400) -> Table:
    """Gold customers want speed, others care if they are with us for long; one in nine values is missing."""
    draws, rows, labels = Draws(b"made"), [], []
    for number in range(size):
        tenure, gold, fibre, lost = (draws.at(10 * number + each) for each in range(4))
        rows.append(
            (
                None if lost < 0.11 else round(60.0 * tenure, 1),
                "gold" if gold < 0.4 else "basic",
                fibre < 0.5,
            )
        )
        labels.append(1 if gold < 0.4 else 0 if tenure > 0.3 else 2)
    return Table(PROBLEM, tuple(rows), tuple(labels))


def written(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
