"""Into which bin does each attribute fall that may be learnt from?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined

Floats = NDArray[np.float64]
Bins = NDArray[np.uint8]

BINS = 16
"""The most bins an attribute may have: what history keeps in the clear is coarse."""

MISSING = 16
"""The bin of an attribute that is not known."""

SCALE_KIND, SLOT, HALF, WIDTH, FIRST_CODE = range(5)
SCALE_FIELDS = 5
EQUAL, POWERS, ONE_BIN, CODED, MADE = range(5)
"""Kinds of scales: as many equal bins, powers of two, a single bin, a bin for each code, or a bin that was made."""


@inlined
def equal_bin(value: float, half: float, width: float) -> int:
    """Halves of the least and of the width of all bins, since the whole width may be too large for a double."""
    return max(min(int((value / 2.0 - half) / width * BINS), BINS - 1), 0)


@inlined
def power_of_two(value: float) -> int:
    """How many of 0, 1, 2, 4 and so on to 8,192 a value reaches."""
    at, threshold = 0, 0.0
    while at < BINS - 1 and value >= threshold:
        at += 1
        threshold = max(1.0, 2.0 * threshold)
    return at


@inlined
def put_into_bins(vector: Floats, scales: Floats, codes: Bins, bins: Bins) -> None:
    """Fill `bins`, and one more that is missing.

    Args:
        vector: the inputs as an encoder makes them; NaN for a number that is missing, below zero for a code.
        scales: for each attribute its kind, its slot in the vector, and what the kind needs.
        codes: the bins of all codes, an attribute's from its `FIRST_CODE` on.
        bins: one for each scale, and one more.
    """
    for each in range(len(bins) - 1):
        value, kind, at = vector[int(scales[SLOT, each])], int(scales[SCALE_KIND, each]), MISSING
        if value == value:  # noqa: PLR0124 - not a NaN
            if kind == EQUAL:
                at = equal_bin(value, scales[HALF, each], scales[WIDTH, each])
            elif kind == CODED:
                if value >= 0.0:
                    at = codes[int(scales[FIRST_CODE, each]) + int(value)]
            elif kind == POWERS:
                at = power_of_two(value)
            else:
                at = int(value) if kind == MADE else 0
        bins[each] = at
    bins[len(bins) - 1] = MISSING
