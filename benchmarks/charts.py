"""Curves of a run on logarithmic axes, as pictures for the docs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import vl_convert

COLOURS: Final = ("#0f766e", "#b45309", "#64748b", "#6d28d9")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: points of (x, y)."""

    label: str
    points: Sequence[tuple[float, float]]


def picture(x: str, y: str, lines: Sequence[Line]) -> bytes:
    """The lines as a PNG."""
    return vl_convert.vegalite_to_png(_chart(x, y, lines), scale=2)


def _chart(x: str, y: str, lines: Sequence[Line]) -> dict[str, Any]:
    rows = [{"x": at, "y": value, "line": line.label} for line in lines for at, value in line.points if value > 0]
    labels = [line.label for line in lines]
    chart = (
        alt.Chart(alt.InlineData(values=rows), width=520, height=300)
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("x:Q", title=x, scale=alt.Scale(type="log")),
            y=alt.Y("y:Q", title=y, scale=alt.Scale(type="log")),
            color=alt.Color("line:N", title=None, scale=alt.Scale(domain=labels, range=list(COLOURS))),
        )
        .configure_view(stroke=None)
        .configure_axis(gridColor="#e2e8f0", labelColor="#334155", titleColor="#334155")
        .configure_legend(orient="top")
        .properties(background="white")
    )
    spec: dict[str, Any] = chart.to_dict()
    return spec
