"""What became of presentations, by the rules of the fold."""

from __future__ import annotations

from collections.abc import Mapping

from tradewind.engine.core.events import EventHandled, OffersDecided, ResponseRecorded
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.presentations import Presentation
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.core.state import State

type Key = tuple[str, str]
"""A decision and one of its offers."""


class Answers:
    """The presentations that are followed, and what was answered so far."""

    def __init__(self) -> None:
        self._followed: dict[Key, tuple[Presentation, int]] = {}

    def expect(self, fact: EventHandled, decided: OffersDecided, offer: str, publication: CompiledPublication) -> None:
        """Follow a presentation of a decision made with a publication, until the last window of its outcomes ends."""
        window = max(outcome.window for outcome in publication.outcomes.values())
        presentation = Presentation(0, decided.presents, outcomes={})
        self._followed[decided.decision, offer] = (presentation, fact.occurred_at + window)

    def take(self, fact: ResponseRecorded, state: State) -> None:
        """Take in a response, where it is to one of them; `state` is the one before it."""
        if (fact.decision, fact.offer) not in self._followed:
            return
        decision = state.open.get(fact.decision)
        outcome = state.open.outcomes(decision).get(fact.outcome) if decision else None
        if outcome is None:
            return
        presentation, _ = self._followed[fact.decision, fact.offer]
        if fact.correction:
            presentation.correct(outcome)
        else:
            presentation.answer(outcome)

    def reward(self, key: Key, now: int) -> float | None:
        """What a presentation brought, 0 to 1; None while it may be answered at `now`, and where it was skipped."""
        presentation, closes_at = self._followed[key]
        evidence = presentation.evidence(closed=closes_at <= now)
        return evidence.reward / MICRO if evidence.shown else None

    def rewarded[T](self, followed: Mapping[Key, T], now: int) -> list[tuple[float, T]]:
        """What each of these brought, with what is known of it; without those that have no reward at `now`."""
        found = ((self.reward(key, now), known) for key, known in followed.items())
        return [(reward, known) for reward, known in found if reward is not None]
