"""The tables and curves of docs/explanation/performance.md, written between its markers from one run's figures."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from benchmarks.decisions import growth
from benchmarks.pages import DOCS, IMAGES, between, processor, table
from benchmarks.results import MICROSECONDS, PER_SECOND, Figure

PAGE: Final = DOCS / "explanation" / "performance.md"

_BARS: Final = {
    "decide.offers=10": "≤ 1",
    "decide.offers=100": "≤ 0.2",
    "decide.offers=1000": "≤ 0.067",
    "conditions.offers=1000": "≤ 0.25",
    "learn.attributes=30": "≤ 50 µs",
    "learn.scorer.attributes=30": "≤ 50 µs",
    "http.offers=100": "≤ 2",
    "end_to_end.rate_at_p99_10ms": "≥ 1,000 per second",
    "rebuild.events=1000000": "≤ 60 s",
    "rebuild.events=1000000.snapshot": "≤ 2 s",
    "counters.customers=1000000": "≤ 1,500 MB",
}
"""What was asked for, as docs/explanation/performance.md explains it; of the ratio where there is one."""

_DECISIONS: Final = ("decide.", "conditions.")
_LEARNING: Final = "learn."
_WORDS: Final = {
    "performance-offers.png": "Time of a decision by the number of offers",
    "performance-customers.png": "Time of a decision by the number of customers with a past",
    "performance-events.png": "Time to rebuild the state by the number of events",
}


def write(figures: Sequence[Figure]) -> None:
    """Put this run's figures into the page, and draw its curves."""
    drawn = growth.draw(figures, IMAGES)
    decisions = [figure for figure in figures if figure.name.startswith(_DECISIONS)]
    learning = [figure for figure in figures if figure.name.startswith(_LEARNING)]
    others = [figure for figure in figures if not (figure in decisions or figure in learning or _is_point(figure))]
    text = PAGE.read_text(encoding="utf-8")
    text = between(text, "run", _run())
    text = between(text, "decisions", _timed(decisions))
    text = between(text, "learning", _served(learning))
    text = between(text, "service", _served(others))
    text = between(text, "growing", _shown(drawn, ("performance-offers.png", "performance-customers.png")))
    text = between(text, "rebuilding", _shown(drawn, ("performance-events.png",)))
    PAGE.write_text(text, encoding="utf-8")


def _is_point(figure: Figure) -> bool:
    """Whether it is one of the points of a curve only."""
    rebuilt = figure.name.removeprefix("rebuild.events=")
    return figure.name.startswith("growth.") or (rebuilt != figure.name and rebuilt.split(".")[0] != "1000000")


def _shown(drawn: Sequence[str], wanted: Sequence[str]) -> str:
    return "\n\n".join(f"![{_WORDS[name]}](../images/{name})" for name in wanted if name in drawn)


def _run() -> str:
    now = datetime.now(UTC)
    return (
        f"Measured on {now:%d %B %Y}: {processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, numpy {version('numpy')}, numba {version('numba')}, "
        f"Vowpal Wabbit {version('vowpalwabbit')}."
    )


def _timed(figures: Sequence[Figure]) -> str:
    rows = [
        [
            f"`{figure.name}`",
            _number(figure.p50 if figure.unit == MICROSECONDS else figure.value, figure.unit),
            _number(figure.p99, MICROSECONDS),
            figure.peer or "",
            _number(figure.peer_p50, MICROSECONDS),
            _number(figure.peer_p99, MICROSECONDS),
            _ratio(figure),
            _BARS.get(figure.name, ""),
        ]
        for figure in figures
    ]
    head = ["figure", "median", "99 of 100 within", "peer", "its median", "its 99 of 100", "ratio", "asked for"]
    return table(head, rows)


def _served(figures: Sequence[Figure]) -> str:
    rows = [
        [
            f"`{figure.name}`",
            _number(figure.value, figure.unit),
            _number(figure.p50, MICROSECONDS),
            _number(figure.p99, MICROSECONDS),
            "" if figure.peer is None else f"{figure.peer}: {_number(figure.peer_value, figure.unit)}",
            _ratio(figure),
            _BARS.get(figure.name, ""),
        ]
        for figure in figures
    ]
    return table(["figure", "value", "median", "99 of 100 within", "peer", "ratio", "asked for"], rows)


def _ratio(figure: Figure) -> str:
    return "" if figure.ratio is None else f"{figure.ratio:.3f}"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 1 if value < 100 and unit != PER_SECOND else 0
    return f"{value:,.{digits}f} {unit}"
