"""Growing the trees of a scorer again, beside the engine: what is needed is copied first, and what comes is a fact."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.events import ScorerRefitted
from tradewind.engine.core.kernels.coins import mixed
from tradewind.engine.core.kernels.growing import grow
from tradewind.engine.core.kernels.linear import left_over
from tradewind.engine.core.kernels.scorer import COUNT, DRIFTS, NODES, TREES
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.predictors.past import response_keys
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.scorers import Scorers

LEAST = 5.0
"""Responses that each side of a split must have."""

TRIED = 0.7
"""The share of the attributes that is looked at in each node."""

MOST_ATTRIBUTES = 256
"""A node has eight bits for its attribute: those that history had first are looked at."""

Floats = NDArray[np.float64]


class Material(NamedTuple):
    """What trees are grown from: copies, so that another thread may read them while the engine goes on."""

    offer: str
    number: int
    entries: tuple[tuple[int, int], ...]
    rows: NDArray[np.uint8]
    rewards: Floats
    keys: NDArray[np.int64]
    taken_in: NDArray[np.bool_]
    numbers: NDArray[np.bool_]
    column_of: NDArray[np.int64]
    weights: Floats
    inverse: Floats
    stats: Floats


def material(scorers: Scorers, samples: Samples, offer: str) -> Material:
    """Copy what is retained of an offer, since it drifted if it has."""
    layout, marks, scorer = scorers.layout, scorers.marks, scorers.names[offer]
    entries, rows, rewards, keys, taken_in = [], [], [], [], []
    for root in scorers.roots[scorer]:
        first = max(marks.since[root], marks.fresh.get(root, 0))
        retained, oldest = samples.retained(root), samples.first(root)
        begin = max(first - oldest, 0)
        counts = np.flatnonzero(retained.shown[begin:] > 0) + begin
        entries.append((oldest + begin, samples.count(root)))
        rows.append(retained.bins[counts])
        rewards.append(retained.reward[counts] / MICRO)
        keys.append(response_keys(root, oldest + counts))
        taken_in.append(oldest + counts >= marks.taken_in.get(root, 0))
    return Material(
        offer=offer,
        number=scorer,
        entries=tuple(entries),
        rows=np.ascontiguousarray(np.concatenate(rows)[:, : len(layout.numbers)]),
        rewards=np.concatenate(rewards),
        keys=np.concatenate(keys),
        taken_in=np.concatenate(taken_in),
        numbers=layout.numbers.copy(),
        column_of=layout.column_of.copy(),
        weights=scorers.weights[scorer].copy(),
        inverse=scorers.inverse[scorer].copy(),
        stats=scorers.stats[scorer].copy(),
    )


def regrown(material: Material, *, id: str, at: int) -> ScorerRefitted:
    """Grow the trees; takes milliseconds, and the lock of the interpreter is free meanwhile."""
    targets = np.empty(len(material.rows))
    left_over.run(
        material.rows, material.taken_in, material.numbers, material.column_of, material.weights, material.inverse,
        material.stats, material.rewards, targets,
    )  # fmt: skip
    nodes = np.zeros((TREES, NODES), np.int32)
    counts, says = np.zeros((TREES, NODES)), np.zeros((TREES, NODES))
    rows = np.ascontiguousarray(material.rows[:, :MOST_ATTRIBUTES])
    responses = int(material.stats[COUNT])
    tried, seed = math.ceil(TRIED * rows.shape[1]), int(mixed(responses)) ^ int(mixed(material.number))
    grow.run(rows, targets, material.numbers, material.keys, TREES, tried, seed, LEAST, nodes, counts, says)
    return ScorerRefitted(
        id=id,
        offer=material.offer,
        responses=responses,
        based_on=int(material.stats[DRIFTS]),
        nodes=nodes.astype("<i4").tobytes(),
        counts=counts.astype("<f4").tobytes(),
        says=says.astype("<f4").tobytes(),
        entries=material.entries,
        at=at,
    )
