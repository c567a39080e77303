"""How an offer's predictor came to what it is: the changes of it in history.

The state knows where they lie (`core/predictors/chronicle.py`), so a page of them is read by position and nothing else
of history is looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tradewind.engine import wire
from tradewind.engine.core.events import Fact, ProfileDrifted, ProfilePruned, ProfileSplit, ScorerRefitted
from tradewind.engine.core.predictors.chronicle import OF_SCORER, OF_TREE, Entry
from tradewind.engine.history import facts_at
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.feed import changed, refitted

SORTS: Final = {"predictor_changed": OF_TREE, "scorer_refitted": OF_SCORER}
"""The sorts of changes by the type of their lines."""

LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Which changes: those behind `after` and before `before` that happened from `since` until before `until`.

    At most `limit` of them, the oldest first or the `newest`.
    """

    since: int | None
    until: int | None
    after: int
    before: int
    sorts: frozenset[int]
    newest: bool
    limit: int

    def chosen(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of the changes, and one more where there are more."""
        found: list[Entry] = []
        for entry in reversed(entries) if self.newest else entries:
            if len(found) > self.limit:
                break
            if self._has(entry):
                found.append(entry)
        return found

    def _has(self, entry: Entry) -> bool:
        return (
            self.after < entry.position < self.before
            and entry.sort in self.sorts
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
        )


async def changes_of(engine: Engine, offer: str, asked: Asked) -> wire.PredictorChanges | None:
    """The changes that are asked for, once all of them are durable; None where the offer has no predictor."""
    if all(offer != name for name, _ in engine.state.leaves.rows):
        return None
    entries = asked.chosen(engine.state.chronicle.of(offer))
    await engine.durable_head()
    listed = [entry.position for entry in entries[: asked.limit]]
    found = await asyncio.to_thread(facts_at, engine.folder.history, listed)
    facts = {stored.position: stored.fact for stored in found}
    return wire.PredictorChanges(
        offer=offer,
        changes=[_told(position, facts[position]) for position in listed],
        start=str(min(listed) - 1) if listed else None,
        next=str(listed[-1]) if len(entries) > asked.limit else None,
    )


def _told(position: int, fact: Fact) -> wire.PredictorChanged | wire.ScorerRefitted:
    match fact:
        case ProfileSplit() | ProfileDrifted() | ProfilePruned():
            return changed(position, fact)
        case ScorerRefitted():
            return refitted(position, fact)
    raise AssertionError(f"the chronicle leads to {type(fact).__name__} at {position}")
