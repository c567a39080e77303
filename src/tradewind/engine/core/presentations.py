"""What was shown and may still be answered; what each answer is worth to the predictor.

A decision stays open for answers until its last window ends; what is unanswered then counts as ignored. It is
remembered for `KEPT_FOR` longer, so that an answer given in time but delivered late, or a correction, can still
replace what had been counted. After that it is forgotten: memory is bounded, history keeps everything.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field

from tradewind.engine.core.contact_policy import DAY
from tradewind.engine.core.predictors.leaves import MICRO, NOTHING, Evidence

KEPT_FOR = 30 * DAY

PRESENTED = "presented"
SKIPPED = "skipped"
IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A kind of response: `reward` in millionths, `window` in microseconds after the presentation."""

    name: str
    reward: int
    final: bool
    window: int

    @property
    def reaction(self) -> str | None:
        """What contact policies count it as: a final outcome is accepted with a reward, else rejected.

        What is built in is neither: an offer that was skipped or ignored was not rejected.
        """
        if not self.final or self.name in (PRESENTED, SKIPPED, IGNORED):
            return None
        return "accepted" if self.reward > 0 else "rejected"


BUILT_IN = (
    Outcome(PRESENTED, reward=0, final=False, window=3 * DAY),
    Outcome(SKIPPED, reward=0, final=True, window=3 * DAY),
    Outcome(IGNORED, reward=0, final=True, window=3 * DAY),
)
"""Outcomes that every publication has, declared or not."""


@dataclass(slots=True)
class Presentation:
    """One offer of one decision: its leaf, what was answered so far, and what it has added to the leaf.

    `cost` is what its acceptance takes from the offer's budget, in millionths. `reaction` is the customer's
    acceptance or reject as the contact policies count it, and when it occurred.
    """

    leaf: int
    presented: bool
    group: str = ""
    cost: int = 0
    reaction: tuple[str, int] | None = None
    outcomes: dict[str, int] = field(default_factory=dict)
    final: str | None = None
    counted: Evidence = NOTHING

    def answer(self, outcome: Outcome) -> None:
        """Take an outcome in; staged ones add up, the final one ends it. A skip is not a contact."""
        self.presented = self.presented or outcome.name != SKIPPED
        if outcome.name != PRESENTED:
            self.outcomes[outcome.name] = outcome.reward
        if outcome.final:
            self.final = outcome.name

    def correct(self, outcome: Outcome) -> None:
        """Take every earlier outcome back, then take this one in."""
        self.outcomes.clear()
        self.final = None
        self.answer(outcome)

    def evidence(self, *, closed: bool) -> Evidence:
        """What the leaf should hold of it: nothing while unanswered in its window, and nothing once skipped."""
        if not self.presented or self.final == SKIPPED or not (self.outcomes or closed):
            return NOTHING
        accepted = self.final is not None and self.outcomes[self.final] > 0
        return Evidence(shown=1, accepted=int(accepted), reward=min(MICRO, sum(self.outcomes.values())))


@dataclass(slots=True)
class OpenDecision:
    """A decision that may still be answered; `outcomes` are those of the publication it was made with."""

    subject: str
    channel: str
    shown_at: int
    session_started_at: int
    closes_at: int
    forgotten_at: int
    outcomes: Mapping[str, Outcome]
    offers: dict[str, Presentation]
    closed: bool = False


class OpenDecisions:
    """Every decision that may still be answered, by token, and when each is due to close and be forgotten."""

    def __init__(self) -> None:
        self._decisions: dict[str, OpenDecision] = {}
        self._due: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._decisions)

    def get(self, decision: str) -> OpenDecision | None:
        """The decision of a token; None where it is not known or can no longer be answered."""
        return self._decisions.get(decision)

    def open(self, decision: str, opened: OpenDecision) -> None:
        """Keep a decision under its token until it is forgotten."""
        self._decisions[decision] = opened
        heapq.heappush(self._due, (opened.closes_at, decision))

    def close(self, up_to: int) -> list[OpenDecision]:
        """Close every decision whose last window ended at or before `up_to`, and return those just closed."""
        closed = []
        while self._due and self._due[0][0] <= up_to:
            _, token = heapq.heappop(self._due)
            decision = self._decisions[token]
            if not decision.closed:
                decision.closed = True
                closed.append(decision)
                heapq.heappush(self._due, (decision.forgotten_at, token))
            else:
                del self._decisions[token]
        return closed

    def listed(self) -> list[object]:
        """Everything open, sorted by token: what the state's digest covers."""
        return [
            [
                token, d.subject, d.channel, d.shown_at, d.session_started_at, d.closes_at, d.forgotten_at, d.closed,
                [
                    [offer, p.presented, p.final, sorted(p.outcomes.items()), p.reaction]
                    for offer, p in sorted(d.offers.items())
                ],
            ]
            for token, d in sorted(self._decisions.items())
        ]  # fmt: skip
