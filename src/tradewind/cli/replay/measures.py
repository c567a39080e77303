"""How good the decisions were: against uniform random and the best fixed offer, with intervals.

What random and a fixed offer would have brought is computed from the truth over the same customers, as an expectation
and not a sample. Ratios are paired by customer: the interval is that of the ratio of two means over the same units, by
the delta method on its logarithm (Cochran 1977, Sampling Techniques, chapter 6). Shares have Wilson's interval (1927).
An engine that learns on the way makes its decisions depend on earlier ones; the intervals take customers as drawn
independently, which random order makes reasonable.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Z_95 = 1.959964
STRETCHES = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """One customer of the walk: what history says was offered and accepted, and the truth for every offer."""

    offer: str | None
    accepted: bool
    holds: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval."""

    point: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OfferMeasure:
    """`base_rate` is the share of all customers who would accept, so what random showing would get."""

    offer: str
    value: float
    shown: int
    accepted: int
    acceptance: Estimate
    base_rate: float
    value_earned: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some customers who came one after the other: the last of them by number, their acceptance and value."""

    until: int
    acceptance: float
    random_acceptance: float
    value: float
    random_value: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Acceptance is per customer; value is the mean per customer, in the offers' own unit."""

    customers: int
    acceptance: Estimate
    value: Estimate
    random_acceptance: float
    random_value: float
    ceiling_acceptance: float
    ceiling_value: float
    best_fixed: str
    best_fixed_acceptance: float
    best_fixed_value: float
    lift: Estimate
    value_lift: Estimate
    lift_over_fixed: Estimate
    offers: tuple[OfferMeasure, ...]
    over_time: tuple[Stretch, ...]


def measure(outcomes: Sequence[Outcome], values: Mapping[str, float]) -> Measures:
    """All the numbers of one run; `values` names every offer. Raises ValueError when there is no outcome."""
    if not outcomes:
        raise ValueError("no customers, no numbers")
    accepted = [float(outcome.accepted) for outcome in outcomes]
    earned = [values[outcome.offer] if outcome.accepted and outcome.offer else 0.0 for outcome in outcomes]
    by_chance = [mean([float(outcome.holds[offer]) for offer in values]) for outcome in outcomes]
    chance_value = [mean([values[offer] * outcome.holds[offer] for offer in values]) for outcome in outcomes]
    fixed = {offer: [values[offer] * outcome.holds[offer] for outcome in outcomes] for offer in values}
    best = max(fixed, key=lambda offer: mean(fixed[offer]))
    return Measures(
        customers=len(outcomes),
        acceptance=share(int(sum(accepted)), len(accepted)),
        value=mean_with_interval(earned),
        random_acceptance=mean(by_chance),
        random_value=mean(chance_value),
        ceiling_acceptance=mean([float(any(outcome.holds.values())) for outcome in outcomes]),
        ceiling_value=mean([max(values[offer] * outcome.holds[offer] for offer in values) for outcome in outcomes]),
        best_fixed=best,
        best_fixed_acceptance=mean([float(outcome.holds[best]) for outcome in outcomes]),
        best_fixed_value=mean(fixed[best]),
        lift=ratio(accepted, by_chance),
        value_lift=ratio(earned, chance_value),
        lift_over_fixed=ratio(earned, fixed[best]),
        offers=tuple(_of_offer(offer, outcomes, values[offer]) for offer in values),
        over_time=tuple(_over_time(accepted, by_chance, earned, chance_value)),
    )


def mean(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def mean_with_interval(numbers: Sequence[float]) -> Estimate:
    middle = mean(numbers)
    half = Z_95 * _standard_error(numbers)
    return Estimate(middle, middle - half, middle + half)


def ratio(above: Sequence[float], below: Sequence[float]) -> Estimate:
    """mean(above) / mean(below) over the same customers, in the same order.

    >>> ratio([2.0, 4.0], [1.0, 2.0])
    Estimate(point=2.0, low=2.0, high=2.0)
    """
    top, bottom = mean(above), mean(below)
    if top <= 0 or bottom <= 0:
        return Estimate(0.0 if bottom > 0 else math.inf, 0.0, math.inf)
    terms = [over / top - under / bottom for over, under in zip(above, below, strict=True)]
    spread = math.exp(Z_95 * _standard_error(terms))
    return Estimate(top / bottom, top / bottom / spread, top / bottom * spread)


def share(successes: int, tries: int) -> Estimate:
    """A share with Wilson's interval; nothing is known of zero tries.

    >>> [round(n, 3) for n in (share(0, 10).low, share(0, 10).high)]
    [0.0, 0.278]
    """
    if tries == 0:
        return Estimate(0.0, 0.0, 1.0)
    rate, square = successes / tries, Z_95**2
    centre = (rate + square / (2 * tries)) / (1 + square / tries)
    half = Z_95 * math.sqrt(rate * (1 - rate) / tries + square / (4 * tries**2)) / (1 + square / tries)
    return Estimate(rate, max(0.0, centre - half), min(1.0, centre + half))


def _over_time(*columns: Sequence[float]) -> Iterator[Stretch]:
    """The customers in ten stretches of one length, or fewer where there are fewer customers; means of each column."""
    customers = len(columns[0])
    stretches = min(STRETCHES, customers)
    ends = [customers * number // stretches for number in range(stretches + 1)]
    for begin, end in pairwise(ends):
        yield Stretch(end, *(mean(column[begin:end]) for column in columns))


def _standard_error(numbers: Sequence[float]) -> float:
    if len(numbers) < 2:
        return 0.0
    middle = mean(numbers)
    return math.sqrt(math.fsum((number - middle) ** 2 for number in numbers) / (len(numbers) - 1) / len(numbers))


def _of_offer(offer: str, outcomes: Sequence[Outcome], value: float) -> OfferMeasure:
    shown = [outcome for outcome in outcomes if outcome.offer == offer]
    accepted = sum(outcome.accepted for outcome in shown)
    return OfferMeasure(
        offer=offer,
        value=value,
        shown=len(shown),
        accepted=accepted,
        acceptance=share(accepted, len(shown)),
        base_rate=mean([float(outcome.holds[offer]) for outcome in outcomes]),
        value_earned=value * accepted,
    )
