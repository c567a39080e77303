"""What an offer's scorer expects of one customer, before it learns what came."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import kernel
from tradewind.engine.core.kernels.forest import trees_say
from tradewind.engine.core.kernels.linear import said_by, viewed
from tradewind.engine.core.kernels.scorer import PRIOR, slope_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@kernel("f8(u1[::1], i8, b1[::1], i8[:,::1], f8[:,::1], f8[::1], i4[:,::1], f8[:,::1], i8)")
def tell(
    row: NDArray[np.uint8],
    width: int,
    numbers: NDArray[np.bool_],
    column_of: Ints,
    weights: Floats,
    stats: Floats,
    nodes: NDArray[np.int32],
    says: Floats,
    grown: int,
) -> float:
    """A chance from 0 to 1, the same that `learn` returns of this row; the arguments are as there."""
    columns, values = np.empty(len(row) + 1, np.int64), np.empty(len(row) + 1)
    size = viewed(row[:width], numbers, column_of, columns, values)
    base = stats[PRIOR] + slope_of(stats) * said_by(weights, columns, values, size, 0)
    return float(min(max(base + trees_say(nodes, says, grown, row), 0.0), 1.0))
