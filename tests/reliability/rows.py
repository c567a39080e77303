"""One line of the table per fault: what was injected, how often, and what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.reliability.story import Reckoning


@dataclass(slots=True)
class Row:
    """`lost` acknowledged calls, `double` ids, `corrupt` files; `finding` is what else was measured."""

    fault: str
    times: int = 0
    acknowledged: int = 0
    lost: int = 0
    double: int = 0
    corrupt: int = 0
    finding: str = ""
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def add(self, result: Reckoning) -> None:
        self.times += 1
        self.acknowledged += result.acknowledged
        self.lost += result.lost
        self.double += result.double
        self.corrupt += result.corrupt
        self.wrong += result.wrong

    def cells(self) -> list[str]:
        counts = [f"{number:,}" for number in (self.times, self.acknowledged, self.lost, self.double, self.corrupt)]
        return [self.fault, *counts, self.finding or "–", f"{self.seconds:.0f}"]


HEADINGS = ["injected", "times", "acknowledged", "lost", "double", "corrupt", "found", "seconds"]


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown."""
    lines = [HEADINGS, ["---", *["--:"] * 5, "---", "--:"], *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
