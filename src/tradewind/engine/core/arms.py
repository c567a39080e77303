"""Arms of the lift report: what a decision leaves out for a small, fixed share of the customers.

Each arm takes one part of the decision away; comparing the answers of its customers with those of everybody
else says what that part is worth. No arm ever leaves out consent, contact policies or limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Arm:
    """What is left out. `is_random` leaves out tiers and scores altogether: that is the standing control group.

    `has_levers`: weight and context weights count; `has_value`: value, exponent and levers count;
    `has_suitability`: recipient profiles and agent skills hold offers back; `has_tiers`: the highest tier that has
    an offer competes, otherwise one drawn at random.
    """

    name: str
    is_random: bool = False
    has_levers: bool = True
    has_value: bool = True
    has_suitability: bool = True
    has_tiers: bool = True


FULL = Arm("full")
CONTROL = Arm("control", is_random=True)
PARTIAL = (
    Arm("no_levers", has_levers=False),
    Arm("propensity_only", has_levers=False, has_value=False),
    Arm("eligibility_only", has_suitability=False),
    Arm("random_tiers", has_tiers=False),
)


def arm_of(subject: str, control_percent: float) -> Arm:
    """The arm of a customer: a salted hash, the same in every placement, for ever.

    Args:
        subject: the customer's reference.
        control_percent: the size of the control group in percent of the customers; each of the four partial arms
            takes a quarter as much of the others.

    >>> [arm_of(subject, 40.0).name for subject in ("a", "d", "f")]
    ['control', 'full', 'no_levers']
    """
    if control_percent <= 0.0:
        return FULL
    if in_control(subject, control_percent):
        return CONTROL
    quarter = _share(subject, b"lift report") * 400.0 / control_percent  # infinite for the least of percents
    return PARTIAL[int(quarter)] if quarter < len(PARTIAL) else FULL


def in_control(subject: str, percent: float) -> bool:
    """Whether a customer is in the standing control group; who is stays in it when it grows."""
    return _share(subject, b"control group") * 100.0 < percent


def _share(subject: str, salt: bytes) -> float:
    """A number in [0, 1) that belongs to the customer and the salt."""
    digest = blake2b(subject.encode(), digest_size=8, salt=salt).digest()
    return (int.from_bytes(digest, "big") >> 11) * 2.0**-53
