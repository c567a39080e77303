"""Pages of the docs that a run writes: its tables between their markers, its curves beside them."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[1] / "docs"
IMAGES: Final = DOCS / "images"


def between(text: str, name: str, content: str) -> str:
    """The text with what lies between two markers replaced.

    Raises:
        ValueError: the markers are not there.
    """
    start, end = f"<!-- bench: {name} -->", f"<!-- /bench: {name} -->"
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page has no place for {name}")
    return f"{before}{start}\n{content}\n{end}{after}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def processor() -> str:
    """What the machine says that it calculates with."""
    path = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", path.read_text(), re.MULTILINE) if path.exists() else None
    return found[1] if found else platform.machine()
