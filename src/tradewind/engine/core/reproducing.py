"""Was it decided so? A decision made again from history: the state before it, and the inputs it recorded."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tradewind.engine.core.context import Context
from tradewind.engine.core.decide import VERSION, Decided, Request, decide
from tradewind.engine.core.events import EventHandled, OffersDecided, OfferShown
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.state import State

CLOSE = 1e-9
"""How far two numbers may lie apart, relative or absolute: libm differs in the last bits between processors."""

_EXACT = ("mode", "arm", "withheld", "missing", "funnel")
_NAMES = ("offer", "version", "group", "treatment", "profile")
_NUMBERS = ("score", "propensity", "lower", "upper", "selection_probability", "value", "cost")


class NoDecision(ValueError):  # noqa: N818 - a refusal, named for what happened
    """The event did not decide anything."""


def request_of(fact: EventHandled, context: Context) -> Request:
    """What was asked, as history recorded it.

    Args:
        fact: an event with a decision.
        context: every value that was known when it was decided.

    Raises:
        NoDecision: the event holds none.
    """
    if fact.decision is None:
        raise NoDecision(f"{fact.id} decided nothing")
    return Request(
        placement=fact.decision.placement,
        channel=fact.channel,
        subject=fact.subject,
        context=context,
        language=fact.language,
        limit=fact.decision.limit,
    )


def decide_again(fact: EventHandled, context: Context, state: State) -> Decided:
    """Make a decision again; `state` is the one at its `decided_on`, and nothing in it changes.

    Raises:
        NoDecision: the event holds none.
        NothingPublished: the state has no such placement, so it is not the state that the decision was made on.
    """
    request = request_of(fact, context)
    token = fact.decision.decision if fact.decision else ""
    return decide(request, state, now=fact.occurred_at, rng=Draws(token.encode()))


def by_another_version(recorded: OffersDecided) -> bool:
    """Whether another version of `decide` made it, which may have decided otherwise without anything being wrong."""
    return recorded.decide_version != VERSION


def differences(recorded: OffersDecided, again: Decided) -> list[str]:
    """What a decision made again does differently, in words; nothing means that it was reproduced.

    Offers, ranks, treatments and counts are compared exactly, numbers to `CLOSE`.
    """
    made = again.as_fact(recorded.decision, presents=recorded.presents)
    found = [
        f"{name}: recorded {_said(getattr(recorded, name))}, now {_said(getattr(made, name))}"
        for name in _EXACT
        if getattr(recorded, name) != getattr(made, name)
    ]
    for rank in range(max(len(recorded.shown), len(made.shown))):
        found += _at_rank(rank + 1, _entry(recorded.shown, rank), _entry(made.shown, rank))
    return found


def _entry(shown: tuple[OfferShown, ...], rank: int) -> OfferShown | None:
    return shown[rank] if rank < len(shown) else None


def _at_rank(rank: int, recorded: OfferShown | None, made: OfferShown | None) -> Iterator[str]:
    if recorded is None or made is None:
        before = "nothing" if recorded is None else recorded.offer
        yield f"rank {rank}: recorded {before}, now {'nothing' if made is None else made.offer}"
        return
    for name in _NAMES:
        before, after = getattr(recorded, name), getattr(made, name)
        if before != after:
            yield f"rank {rank}: {name} recorded {before}, now {after}"
    for name in _NUMBERS:
        before, after = getattr(recorded, name), getattr(made, name)
        if not math.isclose(before, after, rel_tol=CLOSE, abs_tol=CLOSE):
            yield f"rank {rank}: {name} recorded {before!r}, now {after!r}"


def _said(value: object) -> str:
    match value:
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case dict():
            return ", ".join(f"{name} {count}" for name, count in value.items()) or "none"
        case _:
            return str(value)
