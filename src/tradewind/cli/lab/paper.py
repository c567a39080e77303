"""Where results are printed."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from tradewind.engine.lab.estimating import Estimate

WIDTH = 112


def paper(*, aside: bool) -> Console:
    """The console for a table: standard output, or aside where that is for a program.

    Names come from files, so nothing in a text is markup.
    """
    console = Console(stderr=aside, highlight=False, markup=False)
    return console if console.is_terminal else Console(stderr=aside, highlight=False, markup=False, width=WIDTH)


def print_object(result: Mapping[str, Any]) -> None:
    """One line of JSON. Raises ValueError for a number that is none."""
    sys.stdout.write(json.dumps(result, allow_nan=False, ensure_ascii=False) + "\n")


def interval(found: Estimate | None) -> dict[str, float] | None:
    """An estimate as `--json` prints it."""
    if found is None:
        return None
    return {"estimate": rounded(found.point), "low": rounded(found.low), "high": rounded(found.high)}


def rounded(number: float) -> float:
    return round(number, 6)
