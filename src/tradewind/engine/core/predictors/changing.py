"""What the facts about a predictor's structure make of its tree; a fact that came too late makes nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.events import ProfileDrifted, ProfilePruned, ProfileSplit
from tradewind.engine.core.kernels.trees import NO_NODE, YES
from tradewind.engine.core.predictors.leaves import EVERY_BIN, Evidence, Leaves
from tradewind.engine.core.predictors.samples import Samples

type ChangeOfTree = ProfileSplit | ProfileDrifted | ProfilePruned


def change_tree(leaves: Leaves, samples: Samples, fact: ChangeOfTree) -> bool:
    """Split, prune or note a drift; False where the predictor is not known, has changed since or is not like that."""
    root = leaves.rows.get((fact.offer, fact.profile))
    if root is None or leaves.version(root) != fact.based_on:
        return False
    row = leaves.at(root, fact.path)
    if row is None:
        return False
    is_leaf = leaves.table[row, YES] == NO_NODE
    match fact:
        case ProfileSplit():
            if not is_leaf or not 0 < fact.first < EVERY_BIN or fact.second != EVERY_BIN & ~fact.first:
                return False
            _split(leaves, samples, root, row, fact)
        case ProfilePruned():
            if is_leaf:
                return False
            leaves.prune(row)
    leaves.versions[root] = fact.based_on + 1
    return True


def reaching(leaves: Leaves, samples: Samples, root: int, row: int) -> NDArray[np.bool_]:
    """Which of a root's retained responses have come down to a row."""
    bins = samples.retained(root).bins
    comes = np.ones(len(bins), np.bool_)
    for attribute, mask in leaves.splits_to(row):
        comes &= in_mask(bins, samples.columns.get(attribute), mask)
    return comes


def in_mask(bins: NDArray[np.uint8], column: int | None, mask: int) -> NDArray[np.bool_]:
    """Whose bin of an attribute is among those of a mask."""
    if column is None:
        return np.full(len(bins), bool(mask >> 16 & 1))
    chosen = np.array([mask >> at & 1 for at in range(256)], np.bool_)
    goes: NDArray[np.bool_] = chosen[bins[:, column]]
    return goes


def _split(leaves: Leaves, samples: Samples, root: int, row: int, fact: ProfileSplit) -> None:
    """The leaf's retained responses go to the children; what pushed-out ones had added stays with it alone."""
    retained, comes = samples.retained(root), reaching(leaves, samples, root, row)
    goes_first = in_mask(retained.bins, samples.columns.get(fact.attribute), fact.first)
    children = leaves.split(row, fact.attribute, fact.first, since=samples.first(root))
    for child, side in zip(children, (comes & goes_first, comes & ~goes_first), strict=True):
        sums = (int(column[side].sum()) for column in (retained.shown, retained.accepted, retained.reward))
        leaves.start(child, Evidence(*sums))
