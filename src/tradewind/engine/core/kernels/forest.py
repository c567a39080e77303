"""The trees of a scorer, read: the leaf that a row comes to, and what all of them say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined

Floats = NDArray[np.float64]
Bins = NDArray[np.uint8]
Nodes = NDArray[np.int32]

SHRINK = 5.0
"""Responses that what lies above a leaf counts for."""


@inlined
def leaf_of(nodes: Nodes, row: Bins) -> int:
    """The leaf of a tree that a row comes to.

    A node is the mask of the 17 bins that go to the first child, then 8 bits of the attribute and 6 of the first
    child, 0 for none; the second lies behind it.
    """
    at = 0
    while nodes[at] >> 25:
        at = (nodes[at] >> 25) + 1 - ((nodes[at] >> row[(nodes[at] >> 17) & 0xFF]) & 1)
    return at


@inlined
def trees_say(nodes: NDArray[np.int32], says: Floats, grown: int, row: Bins) -> float:
    """The mean over the trees that there are."""
    total = 0.0
    for tree in range(grown):
        total += says[tree, leaf_of(nodes[tree], row)]
    return total / max(grown, 1)
