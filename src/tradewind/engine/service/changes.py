"""How an offer's predictor came to its tree: the changes of it in history, in order."""

from __future__ import annotations

import asyncio
from typing import Final

from tradewind.engine import wire
from tradewind.engine.core.events import ProfileDrifted, ProfilePruned, ProfileSplit
from tradewind.engine.history import Stored, facts_of
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.feed import changed

KINDS: Final = (ProfileSplit, ProfileDrifted, ProfilePruned)


async def changes_of(
    engine: Engine, offer: str, *, since: int | None, until: int | None, after: int, limit: int
) -> wire.PredictorChanges | None:
    """Up to `limit` changes behind a position that happened from `since` until before `until`; None where the offer
    has no predictor."""
    if all(offer != name for name, _ in engine.state.leaves.rows):
        return None
    up_to = await engine.durable_head()
    found: list[Stored] = []
    while len(found) <= limit and after < up_to:
        page, after = await asyncio.to_thread(
            facts_of, engine.folder.history, KINDS, offer, after=after, up_to=up_to, limit=limit + 1
        )  # fmt: skip
        found += [each for each in page if _lies(each, since, until)]
    listed = found[:limit]
    return wire.PredictorChanges(
        offer=offer,
        changes=[changed(each.position, each.fact) for each in listed if isinstance(each.fact, KINDS)],
        next=str(listed[-1].position) if len(found) > limit else None,
    )


def _lies(stored: Stored, since: int | None, until: int | None) -> bool:
    at = stored.fact.at
    return (since is None or at >= since) and (until is None or at < until)
