"""Confidence sequences: intervals that hold at every size of the sample at once, so that looking early is no fault."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from tradewind.engine.lab.problems import Floats

FRACTIONS: Final = tuple(2.0**-power for power in range(1, 13))
"""Of what may be staked, each the bet of one of several gamblers who share the first coin."""

_HALVINGS: Final = 40


def lower_bound(values: Floats, alpha: float) -> float:
    """Above it lies the mean, with probability 1 - alpha at all sizes of the sample together.

    A gambler who stakes the fraction c on "more than m" has Π (1 + c·(xᵢ/m - 1)) after n values. As long as no mean is
    above m that is a supermartingale which starts at 1, so by Ville's inequality it reaches 1/alpha with at most the
    probability alpha; every m at which the average of the gamblers has reached it is refuted. It falls as m grows.

    Source: Waudby-Smith and Ramdas (2024), Estimating means of bounded random variables by betting, JRSS B 86; that
    values need be bounded from below only, and so importance weights not at all: Waudby-Smith, Wu, Ramdas,
    Karampatziakis and Mineiro (2024), Anytime-valid off-policy inference for contextual bandits.

    Args:
        values: in the order in which they came, at least 0, with one mean given all that came before.
        alpha: between 0 and 1.

    >>> round(lower_bound(np.ones(100), 0.05), 2)
    0.9
    """
    if len(values) == 0 or not np.any(values > 0.0):
        return 0.0
    low, high = 0.0, float(values.mean())
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if middle > 0.0 and _wealth(values, middle) < -math.log(alpha):
            high = middle
        else:
            low = middle
    return low


def bounds(weights: Floats, rewards: Floats, alpha: float) -> tuple[float, float]:
    """Of the mean of weight · reward, where weights have the mean 1 and rewards lie between 0 and 1.

    The upper bound is the lower one of what was not earned: the mean of weight · (1 - reward) is 1 - the value.
    """
    lower = lower_bound(weights * rewards, alpha / 2.0)
    upper = 1.0 - lower_bound(weights * (1.0 - rewards), alpha / 2.0)
    return min(lower, 1.0), max(upper, 0.0)


def asymptotic_radius(deviation: float, size: int, alpha: float, *, tightest_at: int = 1_000) -> float:
    """Half the width of an asymptotic confidence sequence for a mean: it holds in the limit of large samples.

    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Time-uniform central limit theory and asymptotic
    confidence sequences, Annals of Statistics 52, equation (3); ρ such that it is tightest at a size.

    >>> round(asymptotic_radius(0.5, 1000, 0.05), 3)
    0.048
    """
    rho2 = (-2.0 * math.log(alpha) + math.log(1.0 - 2.0 * math.log(alpha))) / tightest_at
    grown = size * rho2 + 1.0
    return deviation * math.sqrt(2.0 * grown / (size * size * rho2) * math.log(math.sqrt(grown) / alpha))


def _wealth(values: Floats, mean: float) -> float:
    """The logarithm of the gamblers' average wealth."""
    coins = values / mean - 1.0
    logs = np.array([np.log1p(fraction * coins).sum() for fraction in FRACTIONS])
    most = float(logs.max())
    return most + math.log(float(np.exp(logs - most).mean()))
