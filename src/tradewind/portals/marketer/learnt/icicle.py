"""The tree as a drawing: a row for each level, as wide as the share of responses, as strong as the propensity.

Geometry is in the units of the drawing's view box. Nothing stands in it that the tree beneath does not say as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tradewind.portals.marketer.learnt.tree import Node, Rank

WIDTH: Final = 1344.0
ROW: Final = 62.0
STEPS: Final = 5
PADDING: Final = 10.0
LETTER: Final = 6.4
"""How wide a letter is, on average and a little more."""
LINES: Final = 2
FIGURE: Final = 38.0
"""A narrower cell has no room for its figure."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One profile in the drawing; `step` is the strength of its colour from 1 to 5, `value` none without room."""

    x: float
    y: float
    width: float
    step: int
    lines: tuple[str, ...]
    value: float | None
    rank: Rank
    is_new: bool

    @property
    def text_x(self) -> float:
        return self.x + (PADDING if self.lines else PADDING / 2)

    @property
    def figure_y(self) -> float:
        return self.y + ROW - 9

    @property
    def first_y(self) -> float:
        return self.y + 20

    @property
    def is_dark(self) -> bool:
        """Whether text on it is light."""
        return self.step > 3


@dataclass(frozen=True, slots=True)
class Icicle:
    """The whole drawing."""

    cells: tuple[Cell, ...]
    height: float
    width: float = WIDTH
    row: float = ROW


def drawn(nodes: Sequence[Node]) -> Icicle:
    """The drawing of a tree."""
    strongest = max((node.value for root in nodes for node in root.walk()), default=1.0)
    cells = tuple(_row(nodes, x=0.0, width=WIDTH, level=0, strongest=strongest))
    return Icicle(cells, height=max((cell.y for cell in cells), default=0.0) + ROW)


def shares(nodes: Sequence[Node], width: float) -> list[float]:
    """How wide each of these is: by its responses, all alike where there are none."""
    total = sum(node.shown for node in nodes)
    return [width * node.shown / total if total else width / len(nodes) for node in nodes]


def _row(nodes: Sequence[Node], *, x: float, width: float, level: int, strongest: float) -> Iterator[Cell]:
    for node, wide in zip(nodes, shares(nodes, width), strict=True):
        if wide > 0:
            yield _cell(node, x=x, width=wide, level=level, strongest=strongest)
            yield from _row(node.children, x=x, width=wide, level=level + 1, strongest=strongest)
        x += wide


def _cell(node: Node, *, x: float, width: float, level: int, strongest: float) -> Cell:
    return Cell(
        x=round(x, 1),
        y=level * ROW,
        width=round(width, 1),
        step=1 + min(int(STEPS * node.value / strongest), STEPS - 1) if strongest else 1,
        lines=wrapped(node.label, int((width - 2 * PADDING) / LETTER)),
        value=node.value if width >= FIGURE else None,
        rank=node.rank,
        is_new=bool(node.new),
    )


def wrapped(text: str, letters: int) -> tuple[str, ...]:
    """A text on two lines at most, with an ellipsis where it does not fit; nothing where no word fits.

    >>> wrapped("Machine 3.4 years or older", 21), wrapped("Machine", 4), wrapped("One word too many", 6)
    (('Machine 3.4 years or', 'older'), (), ('One', 'word…'))
    """
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= letters:
            lines[-1] = longer
        elif lines == [""]:
            return ()
        else:
            lines.append(word)
    if len(lines) > LINES or any(len(line) > letters for line in lines):
        kept = lines[:LINES]
        kept[-1] = f"{kept[-1][: max(letters - 1, 0)].rstrip()}…"
        return tuple(kept)
    return tuple(lines)
