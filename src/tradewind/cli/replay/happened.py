"""What happened, as the service's own history tells it: the one source of the replay's numbers."""

from collections.abc import Iterator, Sequence

import msgspec

from tradewind.cli.replay.connection import Connection
from tradewind.cli.replay.measures import Outcome
from tradewind.cli.replay.scratch import EngineAccess
from tradewind.cli.replay.universal_bank import BankCustomer
from tradewind.cli.replay.walk import session_of
from tradewind.engine import wire

LINES_AT_ONCE = 5_000
TYPES = "event_handled,response_recorded"
"""All that is read; history may hold types of line that this version does not know."""


class HistoryIncomplete(Exception):  # noqa: N818 - it says what is, not that something failed
    """History does not hold what the service acknowledged."""


def read_outcomes(engine: EngineAccess, customers: Sequence[BankCustomer], *, run_id: str, after: str) -> list[Outcome]:
    """For every customer of the walk what was offered and accepted, behind the position `after`.

    Raises:
        HistoryIncomplete: a customer's decision, or the answer to it, is not there.
    """
    decided: dict[str, wire.LoggedDecision] = {}
    accepted: dict[tuple[str, str], bool] = {}
    for line in _lines(engine, after=after):
        match line:
            case wire.EventHandled(session=session, decision=wire.LoggedDecision() as decision):
                decided[session] = decision
            case wire.ResponseRecorded(decision=decision_id, offer=offer, outcome=outcome):
                accepted[decision_id, offer] = outcome == "accepted"
            case _:
                pass  # was not asked for
    return [_outcome(customer, decided.get(session_of(customer.id, run_id)), accepted) for customer in customers]


def _outcome(
    customer: BankCustomer, decision: wire.LoggedDecision | None, accepted: dict[tuple[str, str], bool]
) -> Outcome:
    if decision is None:
        raise HistoryIncomplete(f"History has no decision for {customer.id}.")
    if not decision.offers:
        return Outcome(offer=None, accepted=False, holds=customer.holds)
    offer = decision.offers[0].offer
    if (decision.id, offer) not in accepted:
        raise HistoryIncomplete(f"History has no answer of {customer.id} to {offer}.")
    return Outcome(offer=offer, accepted=accepted[decision.id, offer], holds=customer.holds)


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
