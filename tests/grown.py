"""A predictor with a past, made by hand in a running engine: answers, and changes of its tree as facts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from tests.engines import RunningEngine

from tradewind.engine.core.events import (
    Branch,
    Fact,
    ProfileDrifted,
    ProfilePruned,
    ProfileSplit,
    ScorerRefitted,
    SplitEvidence,
)
from tradewind.engine.core.predictors.trees import EVERY_BIN

TENURE = "customer.tenure_months"
BELOW = 0b1111
"""The bins of those below 150 months, of 600."""

EVIDENCE = SplitEvidence(
    first=(40, 30), second=(60, 6), statistic=46.0, p_value=1e-6, level=0.001, tries=50, look=1
)  # fmt: skip


@dataclass
class Grown:
    """One offer's predictor in one engine."""

    engine: RunningEngine
    offer: str
    profile: str = "everyone"
    turns: int = 0
    positions: list[str] = field(default_factory=list)

    def answer(self, times: int, *, months: float, outcome: str = "accepted") -> None:
        """So many customers are shown the offer and answer it."""
        for _ in range(times):
            self.turns += 1
            name = f"grown-{self.turns}"
            shown = self.engine.event(session=name, customer=name, attributes={TENURE: months}).json["decision"]
            response = {"decision": shown["id"], "offer": self.offer, "outcome": outcome}
            assert self.engine.respond(response).status == 200

    def split(self, path: tuple[int, ...] = (), first: int = BELOW, cut: float = 150.0, **changes: Any) -> str:
        """Split at `path` by tenure; the position."""
        branches = (
            Branch(TENURE, below=cut, always_known=True),
            Branch(TENURE, at_least=cut, missing=True, always_known=True),
        )
        return self._remember(
            lambda at, version: ProfileSplit(
                id=self._id(), offer=self.offer, profile=self.profile, path=path, attribute=TENURE, first=first,
                second=EVERY_BIN & ~first, words="", evidence=EVIDENCE, based_on=version, at=at,
                **{"branches": branches, **changes},
            )
        )  # fmt: skip

    def drift(self, path: tuple[int, ...] = ()) -> str:
        return self._remember(
            lambda at, version: ProfileDrifted(
                id=self._id(), offer=self.offer, profile=self.profile, path=path, words="", evidence=EVIDENCE,
                based_on=version, at=at,
            )
        )  # fmt: skip

    def prune(self, path: tuple[int, ...] = ()) -> str:
        return self._remember(
            lambda at, version: ProfilePruned(
                id=self._id(), offer=self.offer, profile=self.profile, path=path, words="", evidence=EVIDENCE,
                based_on=version, at=at,
            )
        )  # fmt: skip

    def refit(self, responses: int) -> str:
        return self._remember(
            lambda at, version: ScorerRefitted(
                id=self._id(), offer=self.offer, responses=responses, based_on=9, nodes=b"", counts=b"", says=b"", at=at
            )
        )

    def _id(self) -> str:
        return f"grown/{self.offer}/{len(self.positions)}"

    def _remember(self, make: Any) -> str:
        """On the loop's thread, where everything that changes the state belongs."""
        engine = self.engine.engine

        async def told() -> int:
            root = engine.state.leaves.rows[self.offer, self.profile]
            fact: Fact = make(engine.now(), engine.state.leaves.version(root))
            return engine.remember(fact)

        position = str(asyncio.run_coroutine_threadsafe(told(), engine._loop).result(10))
        self.positions.append(position)
        return position
