"""A made-up publication of any size: 30 attributes, four predicates an offer, two profiles each, contact policies."""

from __future__ import annotations

import random
from typing import Any, Final

import msgspec

from tradewind.engine import wire
from tradewind.engine.core.context import Context, bins, fill
from tradewind.engine.core.decide import Request
from tradewind.engine.core.events import PublicationActivated
from tradewind.engine.core.offers import canonical, digest_of
from tradewind.engine.core.predictors.evidence import MICRO, NOTHING, Evidence
from tradewind.engine.core.predictors.regrowing import material, regrown
from tradewind.engine.core.state import State, apply

SEGMENTS: Final = ["home", "business", "student", "school"]
NUMBERS: Final = 20
CATEGORIES: Final = 10
LEAVES: Final = 31
TAUGHT: Final = 200
"""Responses of each profile that scorers have learnt from before they are measured: their trees are full by then."""

PLACEMENT: Final = "desk"
CHANNEL: Final = "call-center"
DAY: Final = 24 * 3600 * 1_000_000
NOW: Final = 20_000 * DAY
"""An instant in 2024, microseconds since the epoch."""


def attributes(seed: int) -> dict[str, Any]:
    """What one customer brings: 20 numbers between 0 and 100 and 10 categories."""
    draw = random.Random(seed)
    numbers = {f"customer.n{index}": round(draw.uniform(0, 100), 1) for index in range(NUMBERS)}
    return numbers | {f"customer.c{index}": draw.choice(SEGMENTS) for index in range(CATEGORIES)}


def publication(
    offers: int,
    *,
    number: int = 1,
    policy: str = "thompson",
    everybody: bool = False,
    ranked_by: str = "profiles",
) -> dict[str, Any]:
    """The document; with `everybody` the four predicates of every offer hold for every customer."""
    draw = random.Random(offers)
    return {
        "wire": 1,
        "number": number,
        "condition_groups": [{"name": "customer", "attributes": _attributes(), "populated_by": [{"event": True}]}],
        "events": [{"name": "asked", "actions": [{"do": "decide", "placement": PLACEMENT}]}],
        "placements": [
            {
                "name": PLACEMENT,
                "channel": CHANNEL,
                "limit": 3,
                "exploration": {"policy": policy, "floor": 0.05, "ranked_by": ranked_by},
                "control_percent": 0,
            }
        ],
        "outcomes": [{"name": "accepted", "reward": 1.0}, {"name": "rejected", "reward": 0.0}],
        "arbitration": [{"name": "default", "per_group": 2}],
        "contact_policies": [
            {"name": "each-offer", "scope": "offer", "counts": "shown", "max": 3, "days": 30},
            {"name": "a-rejected-group", "scope": "group", "counts": "rejected", "max": 2, "days": 60},
            {"name": "anything", "scope": "all", "counts": "shown", "max": 1000, "days": 7},
        ],
        "offers": [_offer(index, draw, everybody=everybody) for index in range(offers)],
    }


def published(document: dict[str, Any]) -> State:
    """The state after this publication and nothing else."""
    return apply(State.empty(), 1, activated(document))


def activated(document: dict[str, Any]) -> PublicationActivated:
    """The fact that a publication came into force."""
    text, number = canonical(msgspec.convert(document, wire.Publication)), document["number"]
    return PublicationActivated(
        id=f"publication-{number}", number=number, digest=digest_of(text), document=text, at=number
    )


def grow(state: State, *, leaves: int = LEAVES) -> None:
    """Split every predictor as learning would: each profile into so many leaves, deeper here than there."""
    draw = random.Random(leaves)
    names = list(attributes(0))
    for root in state.leaf_rows.tolist():
        grown = [root]
        while len(grown) < leaves:
            row = grown.pop(draw.randrange(max(len(grown) - 4, 0), len(grown)))
            grown += state.leaves.split(row, draw.choice(names), draw.randrange(1, 1 << 16))


def teach(state: State, *, responses: int) -> None:
    """Let predictors, and scorers if there are any, learn from made-up responses to each profile; trees are grown."""
    if state.publication is None:
        raise RuntimeError("nothing is published")
    customers = [Context(attributes(seed)) for seed in range(responses)]
    rows = [state.samples.binned(bins(customer, state.publication.attributes)) for customer in customers]
    draw = random.Random(responses)
    for (offer, _), root in state.leaves.rows.items():
        for row in rows:
            _respond(state, offer, root, row, accepted=draw.random() < 0.3)
    for offer in state.scorers.names:
        state.scorers.refit(regrown(material(state.scorers, state.samples, offer), id=f"grown/{offer}", at=1))


def _respond(state: State, offer: str, root: int, row: bytes, *, accepted: bool) -> None:
    now = Evidence(shown=1, accepted=int(accepted), reward=MICRO * accepted)
    entry = state.samples.add(root, row, now)
    state.scorers.count(offer, root, entry, row, before=NOTHING, now=now, leaves=state.leaves)
    state.leaves.change(state.leaves.leaf(root, state.samples.row(row), entry), NOTHING, now)


def request(index: int, state: State) -> Request:
    """One customer who asks for offers at the desk."""
    if state.publication is None:
        raise RuntimeError("nothing is published")
    return request_of(f"{index:032x}", fill(attributes(index), state.publication.attributes).context)


def request_of(subject: str, context: Context) -> Request:
    """Somebody who asks for offers at the desk."""
    return Request(placement=PLACEMENT, channel=CHANNEL, subject=subject, context=context)


def _attributes() -> list[dict[str, Any]]:
    numbers = [
        {"name": f"n{index}", "type": "number", "min": 0, "max": 100, "predictive": True} for index in range(NUMBERS)
    ]
    categories = [
        {"name": f"c{index}", "type": "category", "values": SEGMENTS, "predictive": True} for index in range(CATEGORIES)
    ]
    return numbers + categories


def _offer(index: int, draw: random.Random, *, everybody: bool) -> dict[str, Any]:
    low, high, other = (draw.randrange(NUMBERS) for _ in range(3))
    least, most = (-1.0, 101.0) if everybody else (draw.uniform(0, 30), draw.uniform(60, 100))
    middle = -1.0 if everybody else draw.uniform(40, 60)
    rule = (
        f"customer.n{low} >= {least:.1f} && customer.n{high} < {most:.1f}"
        f' && (customer.c{draw.randrange(CATEGORIES)} != "{draw.choice(SEGMENTS)}"'
        f" || customer.n{other} > {middle:.1f})"
    )
    return {
        "id": f"offer-{index:04d}",
        "group": f"group-{index % 7}",
        "placements": [PLACEMENT],
        "value": round(draw.uniform(1, 100), 2),
        "reoffer_after_days": 7 if index % 2 else 0,
        "eligibility": rule,
        "profiles": [
            {"id": "old", "rule": f"customer.n{draw.randrange(NUMBERS)} >= 50.0", "suitability": {"en": "Fits"}},
            {"id": "all", "rule": "true", "suitability": {"en": "Fits"}},
        ],
        "treatments": [
            {
                "id": "desk-en",
                "channel": CHANNEL,
                "language": "en",
                "texts": {"title": f"Offer {index}", "body": "What it is", "pitch": "May I tell you more?"},
            }
        ],
    }
