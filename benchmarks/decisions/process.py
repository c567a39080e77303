"""One decision in process: conditions, contact policies, predictors, arbitration, exploration, selection probabilities.

The peer answers the same question in its own way (see `vowpal`), turn and turn about with ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.decisions import world
from benchmarks.decisions.vowpal import PEER, Vowpal
from benchmarks.results import Figure, record
from tradewind.engine.core.decide import Decided, Request, decide
from tradewind.engine.core.events import EventHandled, ResponseRecorded
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.state import State, apply

CUSTOMERS = 200
BLOCK: Final = 20
"""Calls of one way before it is the other's turn."""

PAST: Final = 3
"""Earlier decisions of every customer: what the contact policies count."""


@dataclass(frozen=True, slots=True)
class Lived:
    """A state in which every customer has been asked before and has answered."""

    state: State
    requests: list[Request]

    def decide(self, index: int) -> Decided:
        """The next decision of one of the customers."""
        request = self.requests[index % len(self.requests)]
        return decide(request, self.state, now=world.NOW + index, rng=Draws(index.to_bytes(16, "big")))


def measure(offers: int, *, rounds: int = 1_500, warm_up: int = 50) -> Figure:
    """Both policies of ours and both ways of the peer."""
    document = world.publication(offers)
    lived = live(document)
    peer = Vowpal(document)
    texts = [peer.text(world.attributes(index)) for index in range(CUSTOMERS)]
    _same_work(lived, peer, texts, offers)
    squarecb = live(world.publication(offers, policy="squarecb"))
    ways: list[Callable[[int], object]] = [
        lived.decide,
        squarecb.decide,
        lambda index: peer.predict(texts[index % CUSTOMERS]),
    ]
    thompson_s, squarecb_s, peer_s = in_turn(ways, rounds=rounds, warm_up=warm_up)
    figure = record(f"decide.offers={offers}", seconds=thompson_s, peer=PEER, peer_seconds=peer_s)
    record(f"decide.squarecb.offers={offers}", seconds=squarecb_s, peer=PEER, peer_seconds=peer_s)
    _beside_parsed(lived, peer, texts, offers, rounds=min(rounds, 500))
    peer.close()
    return figure


def measure_scorers(offers: int, *, rounds: int = 1_500, warm_up: int = 50) -> Figure:
    """The same as `decide.offers`, but that scorers rank, whose trees are grown."""
    document = world.publication(offers, ranked_by="scorer")
    lived, peer = live(document), Vowpal(document)
    texts = [peer.text(world.attributes(index)) for index in range(CUSTOMERS)]
    _same_work(lived, peer, texts, offers)
    ways: list[Callable[[int], object]] = [lived.decide, lambda index: peer.predict(texts[index % CUSTOMERS])]
    ours_s, peer_s = in_turn(ways, rounds=rounds, warm_up=warm_up)
    peer.close()
    return record(f"decide.scorer.offers={offers}", seconds=ours_s, peer=PEER, peer_seconds=peer_s)


def measure_equal_work(offers: int, *, rounds: int = 500, warm_up: int = 50) -> Figure:
    """New customers for whom every offer passes every stage, so that as many are scored as the peer scores."""
    document = world.publication(offers, everybody=True)
    state = live(document).state
    lived = Lived(state, [world.request(CUSTOMERS + index, state) for index in range(CUSTOMERS)])
    scored = len(lived.decide(0).candidates.rows)
    peer = Vowpal(document)
    texts = [peer.text(world.attributes(index)) for index in range(CUSTOMERS)]
    ways: list[Callable[[int], object]] = [
        lived.decide,
        lambda index: peer.predict(texts[index % CUSTOMERS]),
    ]
    ours_s, peer_s = in_turn(ways, rounds=rounds, warm_up=warm_up)
    peer.close()
    if scored != offers:
        raise RuntimeError(f"only {scored} of {offers} offers were scored")
    return record(f"decide.equal_work.offers={offers}", seconds=ours_s, peer=PEER, peer_seconds=peer_s)


def live(document: dict[str, Any]) -> Lived:
    """Publish, grow what is learnt, let every customer be asked and answer a few times; and the next requests."""
    state = world.published(document)
    world.grow(state)
    if state.scorers.names:
        world.teach(state, responses=world.TAUGHT)
    requests = [world.request(index, state) for index in range(CUSTOMERS)]
    position = state.position
    for fact in _past(state, requests):
        position += 1
        state = apply(state, position, fact)
    return Lived(state, requests)


def _past(state: State, requests: Sequence[Request]) -> Iterator[EventHandled | ResponseRecorded]:
    for turn in range(PAST):
        for index, request in enumerate(requests):
            at = world.NOW - (PAST - turn) * world.DAY + index
            token = f"{turn}-{index}"
            decided = decide(request, state, now=at, rng=Draws(token.encode()))
            yield handled(request, decided, token, at)
            for proposal in decided.shown[:1]:
                outcome = "accepted" if (turn + index) % 3 == 0 else "rejected"
                yield answered(request, token, proposal.shown.offer, outcome, at)


def handled(request: Request, decided: Decided, token: str, at: int) -> EventHandled:
    """The fact of a decision, as history has it."""
    return EventHandled(
        id=token,
        request_digest="",
        event="asked",
        subject=request.subject,
        session=token,
        session_started_at=at,
        channel=request.channel,
        language=None,
        agent=None,
        publication=1,
        at=at,
        occurred_at=at,
        bins=decided.bins,
        decision=decided.as_fact(token, presents=True),
        sealed=b"",
    )


def answered(request: Request, token: str, offer: str, outcome: str, at: int) -> ResponseRecorded:
    return ResponseRecorded(
        id=f"{token}/{offer}",
        request_digest="",
        decision=token,
        offer=offer,
        outcome=outcome,
        subject=request.subject,
        agent=None,
        channel=request.channel,
        at=at,
        answered_at=at,
        shown_at=at,
        session_started_at=at,
    )


def in_turn(ways: Sequence[Callable[[int], object]], *, rounds: int, warm_up: int) -> list[list[float]]:
    """In short blocks turn and turn about, so that what slows the machine slows all; the warm-up is left out."""
    seconds: list[list[float]] = [[] for _ in ways]
    for start in range(0, warm_up + rounds, BLOCK):
        for way, taken in zip(ways, seconds, strict=True):
            for index in range(start, start + BLOCK):
                began = time.perf_counter()
                way(index)
                taken.append(time.perf_counter() - began)
    return [taken[warm_up:] for taken in seconds]


def _beside_parsed(lived: Lived, peer: Vowpal, texts: Sequence[str], offers: int, *, rounds: int) -> None:
    ours_s: list[float] = []
    peer_s: list[float] = []
    for start in range(0, rounds, BLOCK):
        for index in range(start, start + BLOCK):
            began = time.perf_counter()
            lived.decide(index)
            ours_s.append(time.perf_counter() - began)
        parsed = [peer.parsed(texts[index % CUSTOMERS]) for index in range(start, start + BLOCK)]
        for examples in parsed:
            began = time.perf_counter()
            peer.predict_parsed(examples)
            peer_s.append(time.perf_counter() - began)
        for examples in parsed:
            peer.release(examples)
    record(f"decide.parsed.offers={offers}", seconds=ours_s, peer="Vowpal Wabbit predict, parsed", peer_seconds=peer_s)


def _same_work(lived: Lived, peer: Vowpal, texts: Sequence[str], offers: int) -> None:
    """The peer gives a probability to each of as many actions; ours takes as many offers through its stages."""
    probabilities = peer.predict(texts[0])
    if len(probabilities) != offers or abs(sum(probabilities) - 1.0) > 1e-3:
        raise RuntimeError(f"the peer gave {len(probabilities)} probabilities, sum {sum(probabilities)}")
    decided = lived.decide(0)
    if decided.funnel["published"] != offers or not decided.shown:
        raise RuntimeError(f"our decision went through {decided.funnel}")
