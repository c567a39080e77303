"""`tradewind engine verify --decisions`: does every decision come out of history as it was made?

One pass in order: each fact is applied once, and each decision is made again on the state just before it. Only its
offers are worked out, not why others were left out. A running engine does not mind. The work is the lab's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from tradewind.engine.lab.replaying import Tally, decisions_of
from tradewind.engine.lab.walking import DAMAGES, lacking
from tradewind.engine.service.verify import BROKEN, NOTHING_THERE, WHOLE


def verify_decisions(data: Path, *, limit: int | None = None, since: int = 0) -> int:
    """Print the progress and what was found; the exit codes are those of `verify`, 1 where something differs."""
    if said := lacking(data):
        print(f"tradewind engine: {said}", file=sys.stderr)
        return NOTHING_THERE
    try:
        tally = decisions_of(data, limit=limit, since=since, tell=_teller())
    except DAMAGES as error:
        print(f"tradewind engine: broken, so that no decision can be made again: {error}", file=sys.stderr)
        return BROKEN
    for differing in tally.named:
        told = "; ".join(differing.differences)
        print(f"differs: position {differing.position}, decision {differing.decision}: {told}", file=sys.stderr)
    print(tally)
    return BROKEN if tally.differing else WHOLE


def _teller() -> Callable[[Tally], None]:
    """Says how far it is, at most once a second."""
    told_at = time.monotonic()

    def tell(tally: Tally) -> None:
        nonlocal told_at
        if time.monotonic() - told_at > 1.0:
            told_at = time.monotonic()
            share = 100 * tally.position // max(tally.head, 1)
            print(f"{tally.position:,} of {tally.head:,} facts ({share} %), {tally}", file=sys.stderr, flush=True)

    return tell
