"""What would a draft publication have brought? It is checked as publishing checks it, and then asked about."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Any

from tradewind.engine.service.engine import Engine
from tradewind.engine.service.problems import Refused
from tradewind.engine.service.publishing import check
from tradewind.engine.service.supposer import About
from tradewind.engine.wire import Fault, WhatIf, WhatIfQuestion


async def ask(engine: Engine, question: WhatIfQuestion, value: Any) -> WhatIf:
    """Have a question worked out, or find the same one; how it stands.

    Raises:
        Refused: `body_refused` with every fault of the draft; `too_busy`, another one is being worked on.
    """
    since = _activated(engine) if question.since is None else int(question.since)
    until = await engine.durable_head()
    faults = list(_faults(question, since, until))
    draft = partial(check, engine, value["publication"], under="/publication", besides=faults)
    checked = await asyncio.to_thread(draft)
    about = About(checked.digest, question.placement, since, question.margin)
    return engine.supposer.ask(checked.canonical, about, until=until).told()


def standing(engine: Engine, id: str) -> WhatIf:
    """How a question stands.

    Raises:
        Refused: `what_if_unknown`.
    """
    asked = engine.supposer.find(id)
    if asked is None:
        raise Refused("what_if_unknown")
    return asked.told()


def _activated(engine: Engine) -> int:
    """Since when the running publication runs; from the beginning where there is none."""
    number = engine.current_number
    return 0 if number is None else engine.state.publications[number].position


def _faults(question: WhatIfQuestion, since: int, until: int) -> Iterator[Fault]:
    """What is wrong beside the draft."""
    if question.placement not in {None, *(placement.name for placement in question.publication.placements)}:
        message = f"the draft has no placement {question.placement}"
        yield Fault(path="/placement", code="unknown_placement", message=message)
    if since > until:
        yield Fault(path="/since", code="out_of_range", message=f"history ends at {until}")
