"""What the made-up customers would really answer. The engine never sees it; it has to find out.

Each offer has odds that depend on the customer, the machine and the reason for the call, and on the agent's talent. So
the recipient profiles of an offer truly differ, some offers are good for few people only, and learning shows.
"""

import math
import random
from collections.abc import Callable, Mapping
from typing import Any

Known = Mapping[str, Any]
Odds = Callable[[Known], float]

INTERESTED, NOT_NOW = 0.22, 0.35


def _is(known: Known, path: str, value: object) -> bool:
    return bool(known.get(path) == value)


def _number(known: Known, path: str, default: float) -> float:
    value = known.get(path)
    return float(value) if isinstance(value, int | float) else default


def _care(known: Known) -> float:
    age = _number(known, "machine.age_months", 6)
    nearing = known.get("machine.in_warranty") is True and age >= 8
    return -2.2 + 1.9 * nearing + 0.3 * (not known.get("machine.in_warranty")) + 0.4 * _business(known)


def _battery(known: Known) -> float:
    calls = _is(known, "call.reason", "battery")
    return -2.9 + 2.9 * calls + 0.9 * (_number(known, "machine.age_months", 6) >= 12)


def _backup(known: Known) -> float:
    return -2.5 + 1.2 * _business(known) + 0.9 * bool(known.get("customer.is_student"))


def _memory(known: Known) -> float:
    return -2.6 + 1.5 * (_number(known, "machine.ram_gb", 2) < 2)


def _disk(known: Known) -> float:
    return -2.7 + 0.9 * (known.get("machine.family") in {"Fell", "Holm"})


def _dock(known: Known) -> float:
    return -3.0 + 1.7 * _business(known) + 0.6 * _is(known, "machine.family", "Crag")


def _trade_in(known: Known) -> float:
    asks = _is(known, "call.reason", "new_machine")
    return -3.3 + 2.6 * asks + 0.8 * (known.get("machine.in_warranty") is False)


def _fleet(known: Known) -> float:
    return -3.1 + 1.0 * (_number(known, "machine.price", 500) >= 550) + 0.8 * _is(known, "call.reason", "new_machine")


def _student(known: Known) -> float:
    return -1.5 + 0.9 * (_number(known, "customer.tenure_months", 24) < 12)


def _stay(known: Known) -> float:
    return -0.9 + 0.9 * (_number(known, "customer.tenure_months", 12) >= 24)


def _warranty_notice(_known: Known) -> float:
    return 0.2


def _invoices(known: Known) -> float:
    return -0.6 + 1.4 * _is(known, "call.reason", "invoice")


def _business(known: Known) -> bool:
    return _is(known, "customer.segment", "business")


TRUTH: dict[str, Odds] = {
    "O-101": _care,
    "O-102": _battery,
    "O-103": _backup,
    "O-104": _memory,
    "O-105": _disk,
    "O-106": _dock,
    "O-107": _trade_in,
    "O-108": _fleet,
    "O-109": _student,
    "O-110": _stay,
    "O-111": _warranty_notice,
    "O-112": _invoices,
}
UNHEARD_OF = -2.5
"""The odds of an offer that somebody wrote since."""


def chance(offer: str, known: Known, *, talent: float = 0.0) -> float:
    """The chance that the customer accepts, 0 to 1.

    >>> round(chance("O-102", {"call.reason": "battery"}), 2), round(chance("O-102", {}), 2)
    (0.5, 0.05)
    """
    odds_of = TRUTH.get(offer)
    odds = odds_of(known) if odds_of is not None else UNHEARD_OF
    return 1.0 / (1.0 + math.exp(-odds - talent))


def outcome(offer: str, known: Known, *, talent: float, draw: random.Random) -> str:
    """What the customer answers; those who do not accept are interested, put it off, or say no."""
    if draw.random() < chance(offer, known, talent=talent):
        return "accepted"
    roll = draw.random()
    if roll < INTERESTED:
        return "interested"
    return "not_now" if roll < NOT_NOW else "rejected"
