"""The curves of the page, as PNG: acceptance as rows come, nearness to the best across a drift, and reliability."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import altair as alt
import vl_convert

from benchmarks.learning.contestants import ORACLE, RIVALS, called
from benchmarks.learning.outcomes import READABLE, Outcomes, pooled
from tradewind.engine.lab.learners import SHIPPED

LEARNING: Final = "learning-curves.png"
DRIFT: Final = "learning-drift.png"
RELIABILITY: Final = "learning-reliability.png"
DRAWN: Final = tuple(dict.fromkeys((SHIPPED, READABLE, *RIVALS, "hoeffding", ORACLE)))
"""Whose curves are drawn: more would be a tangle."""

_COLOURS: Final = ("#0f766e", "#65a30d", "#b45309", "#7c3aed", "#db2777", "#64748b")

type Point = dict[str, Any]


def draw(outcomes: Outcomes, folder: Path) -> list[str]:
    """Draw every curve that has points; the files' names."""
    charts = {
        LEARNING: _learning(outcomes),
        DRIFT: _drift(outcomes),
        RELIABILITY: _reliability(outcomes),
    }
    drawn = []
    for name, chart in charts.items():
        if chart is not None:
            (folder / name).write_bytes(vl_convert.vegalite_to_png(_finished(chart), scale=2))
            drawn.append(name)
    return drawn


def _learning(outcomes: Outcomes) -> Any:
    points = [
        {"x": rows, "y": 100.0 * share, "line": called(each.contestant), "set": each.set}
        for each in outcomes.passed
        if each.contestant in DRAWN
        for rows, share in each.curve
    ]
    if not points:
        return None
    chart = _lines(points, "rows so far", "% accepted so far", width=250, height=170)
    facets = alt.Facet("set:N", title=None, sort=list(outcomes.sets))
    return chart.facet(facets, columns=3).resolve_scale(x="independent", y="independent")


def _drift(outcomes: Outcomes) -> Any:
    points = [
        {"x": moment, "y": 100.0 * share, "line": called(each.contestant)}
        for each in outcomes.lived
        if each.world == "drift" and each.contestant in DRAWN
        for moment, share in each.curve
    ]
    if not points:
        return None
    return _lines(points, "customers; everything turns half way", "% of the best possible, 200 at a time", 640, 320)


def _reliability(outcomes: Outcomes) -> Any:
    points: list[Point] = [
        {"x": 100.0 * said / count, "y": 100.0 * came / count, "line": called(contestant)}
        for contestant in dict.fromkeys(each.contestant for each in outcomes.calibrated)
        if (bins := pooled(outcomes, contestant)) is not None
        for count, said, came in zip(bins.counts, bins.said, bins.came, strict=True)
        if count
    ]
    if not points:
        return None
    points += [{"x": end, "y": end, "line": "as said"} for end in (0.0, 100.0)]
    return _lines(points, "% said", "% accepted", 360, 360, dots=True)


def _lines(points: Sequence[Point], x: str, y: str, width: int, height: int, *, dots: bool = False) -> Any:
    labels = list(dict.fromkeys(point["line"] for point in points))
    return (
        alt.Chart(alt.InlineData(values=list(points)), width=width, height=height)
        .mark_line(point=dots, strokeWidth=2)
        .encode(
            x=alt.X("x:Q", title=x),
            y=alt.Y("y:Q", title=y, scale=alt.Scale(zero=False)),
            color=alt.Color("line:N", title=None, scale=alt.Scale(domain=labels, range=list(_COLOURS[: len(labels)]))),
        )
    )


def _finished(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = (
        chart.configure_view(stroke=None)
        .configure_axis(gridColor="#e2e8f0", labelColor="#334155", titleColor="#334155")
        .configure_legend(orient="top", columns=3)
        .properties(background="white")
        .to_dict()
    )
    return spec
