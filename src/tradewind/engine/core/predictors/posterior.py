"""What a leaf's evidence says about the propensity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.kernels.intervals import intervals

Floats = NDArray[np.float64]


def interval(alpha: Floats, beta: Floats, share: float = 0.95) -> list[tuple[float, float]]:
    """The equal-tailed credible interval of each Beta(alpha, beta), to about 1e-3.

    >>> [tuple(round(end, 3) for end in interval(np.array([1.0]), np.array([1.0]))[0])]
    [(0.025, 0.975)]
    """
    ends = np.empty((len(alpha), 2))
    intervals.run(np.array([alpha, beta]), np.arange(len(alpha)), len(alpha), (1.0 - share) / 2.0, ends)
    return [(lower, upper) for lower, upper in ends.tolist()]
