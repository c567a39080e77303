"""A made-up publication of any size: 30 attributes, four predicates an offer, two profiles each."""

from __future__ import annotations

import random
from typing import Any

SEGMENTS = ["home", "business", "student", "school"]
NUMBERS = 20
CATEGORIES = 10


def attributes(seed: int) -> dict[str, Any]:
    """What one customer brings: 20 numbers between 0 and 100 and 10 categories."""
    draw = random.Random(seed)
    numbers = {f"customer.n{index}": round(draw.uniform(0, 100), 1) for index in range(NUMBERS)}
    return numbers | {f"customer.c{index}": draw.choice(SEGMENTS) for index in range(CATEGORIES)}


def publication(offers: int, *, number: int = 1) -> dict[str, Any]:
    draw = random.Random(offers)
    return {
        "wire": 1,
        "number": number,
        "condition_groups": [{"name": "customer", "attributes": _attributes(), "populated_by": [{"event": True}]}],
        "events": [{"name": "asked", "actions": [{"do": "decide", "placement": "desk"}]}],
        "placements": [{"name": "desk", "channel": "call-center", "limit": 3, "control_percent": 0}],
        "outcomes": [{"name": "accepted", "reward": 1.0}, {"name": "rejected", "reward": 0.0}],
        "arbitration": [{"name": "default"}],
        "offers": [_offer(index, draw) for index in range(offers)],
    }


def _attributes() -> list[dict[str, Any]]:
    numbers = [
        {"name": f"n{index}", "type": "number", "min": 0, "max": 100, "predictive": True} for index in range(NUMBERS)
    ]
    categories = [
        {"name": f"c{index}", "type": "category", "values": SEGMENTS, "predictive": True} for index in range(CATEGORIES)
    ]
    return numbers + categories


def _offer(index: int, draw: random.Random) -> dict[str, Any]:
    low, high, other = (draw.randrange(NUMBERS) for _ in range(3))
    rule = (
        f"customer.n{low} >= {draw.uniform(0, 30):.1f} && customer.n{high} < {draw.uniform(60, 100):.1f}"
        f' && (customer.c{draw.randrange(CATEGORIES)} != "{draw.choice(SEGMENTS)}"'
        f" || customer.n{other} > {draw.uniform(40, 60):.1f})"
    )
    return {
        "id": f"offer-{index:04d}",
        "group": f"group-{index % 7}",
        "placements": ["desk"],
        "value": round(draw.uniform(1, 100), 2),
        "eligibility": rule,
        "profiles": [
            {"id": "old", "rule": f"customer.n{draw.randrange(NUMBERS)} >= 50.0", "suitability": {"en": "Fits"}},
            {"id": "all", "rule": "true", "suitability": {"en": "Fits"}},
        ],
        "treatments": [
            {
                "id": "desk-en",
                "channel": "call-center",
                "language": "en",
                "texts": {"title": f"Offer {index}", "body": "What it is", "pitch": "May I tell you more?"},
            }
        ],
    }
