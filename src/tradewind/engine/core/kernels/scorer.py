"""What an offer's scorer makes of a row of bins: a linear part that is folded, and trees grown on what it leaves over.

    acceptance = prior + slope · θᵀx + mean of what the trees say

Linear part: recursive least squares with a ridge (Plackett 1950; Sherman and Morrison 1950), so θ is that of all
responses at once, whatever their order up to rounding, and a response can be taken out again. Beside θ go `DEVIATIONS`
vectors with the same precision, learnt from coins instead of rewards: the mean square of what they say is xᵀA⁻¹x, for a
few sparse products instead of a square of them (ensemble sampling: Lu and Van Roy 2017). Trees: bagged (Oza and Russell
2001), what a leaf says is shrunk towards what lies above it (Agarwal et al. 2022), and goes on being folded until the
trees are grown again. The slope is that of what came on what the linear part had said before it knew, 0 to 1.

An offer's arrays: `weights` (columns, 1 + DEVIATIONS), θ first; `inverse` (size, size) has A⁻¹; `stats` a field each
below; `nodes`, `counts` and `says` (TREES, NODES). No sum here may be taken in another order: digests cover the bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined

Floats = NDArray[np.float64]

COLUMNS, SHARED = 128, 16
"""Columns of the linear part; the last ones are shared by whatever comes when the others are taken."""

NO_COLUMN = -1
DEVIATIONS = 7
WEIGHTS = 1 + DEVIATIONS
TREES, NODES, DEPTH = 16, 63, 8

DAMP = 5.0

PRIOR, COUNT, RIDGE, HIT, SQUARE, ERROR, ERRORS, RECENT, RECENTS, USUAL, USUAL_SQUARE, USUALS, DRIFTS, LEANING = range(
    14
)
STATS = 14


@inlined
def slope_of(stats: Floats) -> float:
    """Of what came on what the linear part had said, 1 before anything is known."""
    return float(min(max((stats[HIT] + DAMP) / (stats[SQUARE] + DAMP), 0.0), 1.0))
