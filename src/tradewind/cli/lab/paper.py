"""Where results are printed."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console

WIDTH = 112


def paper(*, aside: bool) -> Console:
    """The console for a table: standard output, or aside where that is for a program.

    Names come from files, so nothing in a text is markup.
    """
    console = Console(stderr=aside, highlight=False, markup=False)
    return console if console.is_terminal else Console(stderr=aside, highlight=False, markup=False, width=WIDTH)


def print_object(result: Mapping[str, Any]) -> None:
    """One line of JSON; a number that is none is null."""
    sys.stdout.write(json.dumps(result, allow_nan=False, ensure_ascii=False) + "\n")


def rounded(number: float) -> float:
    return round(number, 6)
