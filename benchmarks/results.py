"""One line a figure: measured side by side with a peer, kept as JSON, printed as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

RESULTS: Final = Path(__file__).parent / "results"

MICROSECONDS: Final = "µs"
PER_SECOND: Final = "per second"
PERCENT: Final = "%"


type Times = Sequence[float] | NDArray[np.float64]
"""Seconds, one for each unit of work."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. `ratio` is our time by the peer's, or the peer's rate by ours: below 1 we are faster.

    `spread` is the least and the most that `value` came to when the run was cut into parts, or was made with several
    seeds, and `deviation` the standard deviation of a seed; `count` is how much a value rests on.
    """

    name: str
    value: float
    unit: str
    p50: float | None = None
    p99: float | None = None
    peer: str | None = None
    ratio: float | None = None
    peer_value: float | None = None
    peer_p50: float | None = None
    peer_p99: float | None = None
    spread: tuple[float, float] | None = None
    deviation: float | None = None
    count: int | None = None


@dataclass(slots=True)
class _Run:
    """The file that this run's lines go to; None keeps them in memory only."""

    file: Path | None = None
    figures: list[Figure] | None = None


_run: Final = _Run()


def start_run(benchmark: str = "decisions", *, keep: bool = True) -> None:
    """Empty a benchmark's results, so that every line in them is of one run; without `keep` nothing is written."""
    _run.figures = []
    _run.file = RESULTS / f"{benchmark}.jsonl" if keep else None
    if _run.file is not None:
        RESULTS.mkdir(parents=True, exist_ok=True)
        _run.file.write_bytes(b"")


def figures() -> list[Figure]:
    """What this run has measured so far, in order."""
    return list(_run.figures or ())


def record(
    name: str,
    *,
    seconds: Times,
    peer: str | None = None,
    peer_seconds: Times | None = None,
    parts: int = 5,
) -> Figure:
    """Keep a time: microseconds a unit, the median as its value; the ratio is of the medians."""
    p50, p99 = percentiles(seconds)
    theirs = percentiles(peer_seconds) if peer_seconds is not None else (None, None)
    medians = [percentiles(part)[0] for part in np.array_split(np.asarray(seconds), parts) if len(part)]
    return keep(
        Figure(
            name=name,
            value=_short(p50),
            unit=MICROSECONDS,
            p50=_short(p50),
            p99=_short(p99),
            peer=peer,
            ratio=None if theirs[0] is None else round(p50 / theirs[0], 4),
            peer_value=None if theirs[0] is None else _short(theirs[0]),
            peer_p50=None if theirs[0] is None else _short(theirs[0]),
            peer_p99=None if theirs[1] is None else _short(theirs[1]),
            spread=(_short(min(medians)), _short(max(medians))),
        )
    )


def keep(figure: Figure) -> Figure:
    """Write and print one figure."""
    if _run.figures is not None:
        _run.figures.append(figure)
    if _run.file is not None:
        with _run.file.open("ab") as file:
            file.write(msgspec.json.encode(figure) + b"\n")
    print(told(figure), flush=True)
    return figure


def percentiles(seconds: Times) -> tuple[float, float]:
    """Median and 99th percentile, in microseconds."""
    p50, p99 = np.percentile(np.asarray(seconds), (50, 99)) * 1e6
    return float(p50), float(p99)


def told(figure: Figure) -> str:
    """The figure on one line of the terminal."""
    words = [f"{figure.name:<40} {figure.value:>12,.{2 if figure.unit == PERCENT else 1}f} {figure.unit}"]
    if figure.p99 is not None:
        words.append(f"p50 {figure.p50:,.1f}  p99 {figure.p99:,.1f} µs")
    if figure.ratio is not None:
        words.append(f"{figure.ratio:.3f} × {figure.peer}")
    return "   ".join(words)


def _short(value: float) -> float:
    return round(value, 1)
