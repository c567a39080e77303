"""What a leaf's evidence says about the propensity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.kernels.intervals import intervals

Floats = NDArray[np.float64]


def interval(alpha: Floats, beta: Floats, share: float = 0.95) -> list[tuple[float, float]]:
    """The equal-tailed credible interval of each Beta(alpha, beta), to about 1e-3.

    >>> [tuple(round(end, 3) for end in interval(np.array([1.0]), np.array([1.0]))[0])]
    [(0.025, 0.975)]
    """
    return chosen_intervals(np.array([alpha, beta]), range(len(alpha)), share)


def chosen_intervals(shapes: Floats, chosen: Sequence[int], share: float = 0.95) -> list[tuple[float, float]]:
    """The same for some columns of a table whose first two rows are alpha and beta."""
    ends = np.empty((len(chosen), 2))
    intervals.run(shapes, np.array(chosen, np.int64), len(chosen), (1.0 - share) / 2.0, ends)
    return [(lower, upper) for lower, upper in ends.tolist()]
