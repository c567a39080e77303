"""What happened, as the service's own history tells it: the one source of the replay's numbers."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

import msgspec

from tradewind.cli.replay.connection import Connection
from tradewind.cli.replay.measures import Outcome
from tradewind.cli.replay.scratch import EngineAccess
from tradewind.cli.replay.walk import Decided, Visit
from tradewind.engine import wire

LINES_AT_ONCE = 5_000
TYPES = "event_handled,response_recorded"
"""All that is read; history may hold types of line that this version does not know."""


class HistoryIncomplete(Exception):  # noqa: N818 - it says what is, not that something failed
    """History does not hold what the service acknowledged."""


@dataclass(slots=True)
class Happened:
    """What history has of visits: the decision of each session, and whether an offer of a decision was accepted.

    `answered` has for each offer the positions of the answers to it, in order, and when they were given.
    """

    decided: dict[str, Decided] = field(default_factory=dict)
    accepted: dict[tuple[str, str], bool] = field(default_factory=dict)
    answered: dict[str, list[tuple[int, datetime]]] = field(default_factory=dict)

    def is_over(self, visit: Visit) -> bool:
        """Whether the visit has its decision, and that its answer."""
        decided = self.decided.get(visit.session)
        return decided is not None and (decided.offer is None or (decided.id, decided.offer) in self.accepted)

    def answered_before(self, offer: str, position: str) -> datetime | None:
        """When the last answer to an offer was given before a position of history."""
        answers = self.answered.get(offer, [])
        place = bisect_left(answers, int(position), key=itemgetter(0))
        return answers[place - 1][1] if place else None

    def outcomes(self, visits: Sequence[Visit]) -> list[Outcome]:
        """For every visit what was offered and accepted, and the truth.

        Raises:
            HistoryIncomplete: a decision, or the answer to it, is not there.
        """
        return [self._outcome(visit) for visit in visits]

    def _outcome(self, visit: Visit) -> Outcome:
        customer, decided = visit.customer, self.decided.get(visit.session)
        if decided is None:
            raise HistoryIncomplete(f"History has no decision for {customer.id}.")
        if decided.offer is None:
            return Outcome(offer=None, accepted=False, holds=customer.holds)
        if not self.is_over(visit):
            raise HistoryIncomplete(f"History has no answer of {customer.id} to {decided.offer}.")
        accepted = self.accepted[decided.id, decided.offer]
        return Outcome(offer=decided.offer, accepted=accepted, holds=customer.holds)


def read(engine: EngineAccess, *, after: str = "0") -> Happened:
    """What history has behind the position `after`, of everybody."""
    happened = Happened()
    for line in _lines(engine, after=after):
        match line:
            case wire.EventHandled(session=session, decision=wire.LoggedDecision() as decision):
                shown = decision.offers[0].offer if decision.offers else None
                happened.decided[session] = Decided(decision.id, shown)
            case wire.ResponseRecorded(decision=decision_id, offer=offer, outcome=outcome):
                happened.accepted[decision_id, offer] = outcome == "accepted"
                happened.answered.setdefault(offer, []).append((int(line.position), line.answered_at))
            case _:
                pass  # was not asked for
    return happened


def _lines(engine: EngineAccess, *, after: str) -> Iterator[wire.HistoryLine]:
    """The feed from `after` to its end, some thousand lines a call."""
    decoder = msgspec.json.Decoder(wire.HistoryLine)
    connection = Connection(engine.url, engine.keys["read"])
    try:
        while lines := connection.get(f"/v1/history?after={after}&limit={LINES_AT_ONCE}&types={TYPES}").splitlines():
            for text in lines:
                line: wire.HistoryLine = decoder.decode(text)
                yield line
            after = line.position
    finally:
        connection.close()
