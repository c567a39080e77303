"""May this answer be recorded? Refusals are values; the service turns them into problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tradewind.engine.core.instants import MINUTE
from tradewind.engine.core.presentations import OpenDecision, Outcome, Presentation
from tradewind.engine.core.state import State

TOLERANCE = 5 * MINUTE
"""How far a touchpoint's clock may run behind ours: an answer up to so long before the presentation is taken."""


@dataclass(frozen=True, slots=True)
class Recordable:
    """The response may be recorded; these are what its fact says about the decision it answers."""

    subject: str
    channel: str
    shown_at: int
    session_started_at: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Codes: unknown_decision, unknown_offer, unknown_outcome, answered_before_shown, window_closed, already_final."""

    code: str
    message: str


def consider(
    state: State, *, decision: str, offer: str, outcome: str, answered_at: int, correction: bool = False
) -> Recordable | Refused:
    """Whether a response to an offer of a genuine decision may be recorded now.

    Duplicates are history's matter (the same id again); this looks only at what is open. An answer given within
    its outcome's window is taken even when it arrives after the window was closed.

    Args:
        state: the state to be changed by the response.
        decision: the decision's token, whose genuineness the caller has checked.
        offer: the offer's id.
        outcome: an outcome of the publication the decision was made with.
        answered_at: when the customer answered, microseconds since the epoch.
        correction: whether it replaces every earlier outcome of (decision, offer).
    """
    opened = state.open.get(decision)
    if opened is None:
        return Refused("unknown_decision", "this decision showed nothing, or it can no longer be answered")
    presentation = state.open.presentation(opened, offer)
    if presentation is None:
        return Refused("unknown_offer", f"the decision did not show {offer}")
    if refused := _untimely(opened, state.open.outcomes(opened), outcome, answered_at):
        return refused
    if refused := _ended(presentation, outcome, correction):
        return refused
    subject, channel = state.aliases.of(opened.subject), state.open.channel(opened)
    return Recordable(subject, channel, opened.shown_at, opened.session_started_at)


def _untimely(opened: OpenDecision, outcomes: Mapping[str, Outcome], outcome: str, answered_at: int) -> Refused | None:
    known = outcomes.get(outcome)
    if known is None:
        return Refused("unknown_outcome", f"no outcome {outcome}; known are {', '.join(sorted(outcomes))}")
    if answered_at < opened.shown_at - TOLERANCE:
        return Refused("answered_before_shown", "the answer is older than the presentation")
    if answered_at > opened.shown_at + known.window:
        return Refused("window_closed", f"{outcome} came after its window had closed")
    return None


def _ended(presentation: Presentation, outcome: str, correction: bool) -> Refused | None:
    if presentation.final is not None and not correction:
        return Refused("already_final", f"{presentation.final} is final; send a correction to replace it by {outcome}")
    return None
