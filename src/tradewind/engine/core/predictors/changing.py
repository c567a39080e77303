"""What the facts about a predictor's structure make of its tree; a fact that came too late makes nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.events import ProfileDrifted, ProfilePruned, ProfileSplit
from tradewind.engine.core.kernels.trees import NO_NODE, YES
from tradewind.engine.core.predictors.evidence import Evidence
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.trees import EVERY_BIN

type ChangeOfTree = ProfileSplit | ProfileDrifted | ProfilePruned


def change_tree(leaves: Leaves, samples: Samples, fact: ChangeOfTree) -> bool:
    """Split, prune or restart; False where the predictor is not known, has changed since or is not like that."""
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
            if is_leaf or not 0 <= fact.since <= samples.count(root):
                return False
            leaves.prune(row)
            if fact.since > leaves.counts_from(row):
                _restart(leaves, samples, root, row, fact.since)
        case ProfileDrifted():
            if not 0 <= fact.since <= samples.count(root):
                return False
            _restart(leaves, samples, root, row, fact.since)
    leaves.versions[root] = fact.based_on + 1
    return True


class Reaching(NamedTuple):
    """The retained responses that a row has counted, the oldest first: bins (entries, attributes), counts, numbers."""

    bins: NDArray[np.uint8]
    shown: NDArray[np.int64]
    accepted: NDArray[np.int64]
    reward: NDArray[np.int64]
    entries: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> Reaching:
        """Some of them."""
        return Reaching(
            self.bins[chosen], self.shown[chosen], self.accepted[chosen], self.reward[chosen], self.entries[chosen]
        )  # fmt: skip

    def evidence(self) -> Evidence:
        """What they add up to."""
        return Evidence(int(self.shown.sum()), int(self.accepted.sum()), int(self.reward.sum()))


def reaching(leaves: Leaves, samples: Samples, root: int, row: int) -> Reaching:
    """Which of a root's retained responses have come down to a row."""
    retained, first = samples.retained(root), samples.first(root)
    entries = np.arange(first, first + len(retained.bins))
    comes = entries >= leaves.counts_from(row)
    for attribute, mask in leaves.splits_to(row):
        comes &= in_mask(retained.bins, samples.columns.get(attribute), mask)
    return Reaching(*retained, entries).where(comes)


def in_mask(bins: NDArray[np.uint8], column: int | None, mask: int) -> NDArray[np.bool_]:
    """Whose bin of an attribute is among those of a mask."""
    if column is None:
        return np.full(len(bins), bool(mask >> 16 & 1))
    chosen = np.array([mask >> at & 1 for at in range(256)], np.bool_)
    goes: NDArray[np.bool_] = chosen[bins[:, column]]
    return goes


def _split(leaves: Leaves, samples: Samples, root: int, row: int, fact: ProfileSplit) -> None:
    """The leaf's retained responses go to the children; what pushed-out ones had added stays with it alone."""
    found = reaching(leaves, samples, root, row)
    goes_first = in_mask(found.bins, samples.columns.get(fact.attribute), fact.first)
    children = leaves.split(row, fact.attribute, fact.first, since=samples.first(root))
    for child, side in zip(children, (goes_first, ~goes_first), strict=True):
        leaves.start(child, found.where(side).evidence())


def _restart(leaves: Leaves, samples: Samples, root: int, row: int, since: int) -> None:
    """A leaf keeps what came after the drift; what it had learnt before is all that it expects."""
    if leaves.is_split(row):
        leaves.prune(row)
    child = leaves.restart(row, since=max(since, samples.first(root)))
    leaves.start(child, reaching(leaves, samples, root, child).evidence())
