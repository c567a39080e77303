"""What would another policy have brought? Off-policy estimates from choices with their selection probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tradewind.engine.lab.problems import Floats
from tradewind.engine.lab.sequences import asymptotic_radius, bounds, lower_bound

LEAST_EFFECTIVE: Final = 100.0
"""Of an effective sample size that is smaller nothing is estimated."""

FAR_OFF: Final = 4.0
"""Standard errors that the mean weight may lie from 1: further off, the probabilities cannot be those drawn from."""

ALPHA: Final = 0.05


@dataclass(frozen=True, slots=True)
class Log:
    """Choices in the order in which they were made.

    Attributes:
        rewards: what each brought, 0 to 1.
        logged: the probability with which it was drawn, above 0.
        evaluated: the probability with which the other policy would have drawn the same.
        predicted, expected: what somebody who knew the past alone predicted for the choice, and for the other policy:
            the mean of the predictions of all its offers. None where nothing was predicted.
    """

    rewards: Floats
    logged: Floats
    evaluated: Floats
    predicted: Floats | None = None
    expected: Floats | None = None

    @property
    def weights(self) -> Floats:
        """How many customers of the other policy each choice stands for."""
        with np.errstate(over="ignore"):  # `estimate` refuses what is beyond all measure
            return self.evaluated / self.logged


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval, which holds with probability 95 %."""

    point: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimates:
    """`ips` has a confidence sequence by betting, `snips` and `dr` asymptotic ones.

    `logged` is what the logged choices brought themselves; `effective` is the effective sample size.
    """

    size: int
    effective: float
    mean_weight: float
    largest_weight: float
    logged: float
    ips: Estimate
    snips: Estimate
    dr: Estimate | None


class NotEnough(ValueError):  # noqa: N818 - a refusal, named for what happened
    """The log does not say what is asked; `reasons` says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


def estimate(log: Log) -> Estimates:
    """Estimate the mean reward of the other policy.

    - IPS (Horvitz and Thompson 1952): mean of w·r with w = evaluated / logged. Unbiased; its interval is a confidence
      sequence by betting, which needs no bound on the weights and no large sample.
    - SNIPS (Swaminathan and Joachims 2015): Σ w·r / Σ w. Steadier, biased by the order of 1/n; asymptotic interval.
    - DR (Dudík, Langford and Li 2011): mean of expected + w·(r - predicted). Unbiased as IPS is, and steadier the
      better the predictions are; asymptotic interval. What predictions carry past what a reward can be is cut off.

    Assumed: the logged probability is that which was drawn from, given the past; what the other policy may do had a
    chance; rewards are between 0 and 1; customers come from one population, in no order that matters.

    Raises:
        NotEnough: the effective sample is too small, or the weights show that an assumption does not hold.
    """
    weights, rewards = log.weights, log.rewards
    if reasons := list(_doubts(log)):
        raise NotEnough(reasons)
    share = float((weights * rewards).sum() / weights.sum())
    return Estimates(
        size=len(rewards),
        effective=effective_size(weights),
        mean_weight=float(weights.mean()),
        largest_weight=float(weights.max()),
        logged=float(rewards.mean()),
        ips=importance_sampled(weights, rewards),
        snips=_asymptotic(share, weights * (rewards - share) / float(weights.mean()), weights),
        dr=_doubly_robust(log),
    )


def importance_sampled(weights: Floats, rewards: Floats) -> Estimate:
    """The mean of w·r, with a confidence sequence by betting."""
    return Estimate(float((weights * rewards).mean()), *bounds(weights, rewards, ALPHA))


def gain(weights: Floats, rewards: Floats) -> Estimate:
    """How much more the other policy brings, paired by choice: at least w·r - r, at most (1 - w)·(1 - r).

    What had no chance counts as rejected in the one and as accepted in the other. The lower bounds are those of w·r - r
    and of (w - 1)·(1 - r), which are at least -1.
    """
    low = lower_bound(weights * rewards - rewards + 1.0, ALPHA / 2.0) - 1.0
    high = 1.0 - lower_bound((weights - 1.0) * (1.0 - rewards) + 1.0, ALPHA / 2.0)
    return Estimate(float((weights * rewards - rewards).mean()), max(low, -1.0), min(high, 1.0))


def effective_size(weights: Floats) -> float:
    """How many equally weighted choices tell as much (Kish 1965): (Σw)² / Σw².

    >>> effective_size(np.array([1.0, 1.0, 0.0, 0.0]))
    2.0
    """
    squares = float(np.square(weights).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0.0 else 0.0


def _doubts(log: Log) -> Iterator[str]:
    size = len(log.rewards)
    if not _can_be_squared(log.weights):
        yield "some weights are beyond all measure: the logged probabilities are too small"
        return
    effective = effective_size(log.weights) if size else 0.0
    if effective < LEAST_EFFECTIVE:
        yield (
            f"not enough evidence: {size:,} choices are worth {effective:.1f} of this policy's own, "
            f"and at least {LEAST_EFFECTIVE:.0f} are needed"
        )
        return
    mean, error = float(log.weights.mean()), float(log.weights.std()) / math.sqrt(size)
    if abs(mean - 1.0) > FAR_OFF * error + 1e-9:
        cause = "it would do what had no chance" if mean < 1.0 else "the logged probabilities are too small"
        yield f"the mean weight is {mean:.3f} and not 1: the probabilities are not those drawn from, or {cause}"


def _can_be_squared(weights: Floats) -> bool:
    with np.errstate(over="ignore"):
        return bool(np.isfinite(np.square(weights).sum()))


def _doubly_robust(log: Log) -> Estimate | None:
    if log.predicted is None or log.expected is None:
        return None
    values = log.expected + log.weights * (log.rewards - log.predicted)
    mean = float(values.mean())
    return _asymptotic(mean, values - mean, log.weights)


def _asymptotic(point: float, residuals: Floats, weights: Floats) -> Estimate:
    """The deviation is that of four more choices of the policy's own, two of them accepted (Agresti and Coull 1998):
    where hardly anything was accepted, or all, that of the sample says nothing of what may still come."""
    size, point = len(residuals), min(max(point, 0.0), 1.0)
    doubts = 2.0 * (point**2 + (1.0 - point) ** 2) * (size / effective_size(weights)) ** 2
    radius = asymptotic_radius(math.sqrt(float(residuals.var()) + doubts / size), size, ALPHA)
    low, high = (min(max(value, 0.0), 1.0) for value in (point - radius, point + radius))
    return Estimate(point, low, high)
