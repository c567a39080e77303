"""What a scorer begins with: the newest responses that its offer's profiles retain, learnt as a publication is folded.

Responses of one profile come in the order of their entries. How those of several lie between each other is not
retained: each profile's are spread evenly over the same time, and no drift is looked for, which would be one of that
order.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.past import Past, response_keys
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.scorers import Scorers

MOST: Final = 500
"""Responses of an offer that its scorer begins with. What is learnt follows from it: part of the fold, no setting."""


def begin(scorers: Scorers, samples: Samples, leaves: Leaves, offer: str) -> None:
    """Let a scorer that was just planted learn from the past of its offer; its trees may grow from all of that."""
    roots = scorers.roots[scorers.names[offer]]
    parts = [_past(samples, root) for root in roots]
    if not sum(len(part.roots) for part in parts):
        return
    past = Past(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    newest = past.where(np.argsort(past.ages, kind="stable")[-MOST:])
    scorers.begin(offer, newest, prior=leaves.prior(int(newest.roots[0])))
    for root in roots:
        learnt, end = newest.entries[newest.roots == root], samples.count(root)
        scorers.marks.begin(
            root, since=samples.first(root), taken_in=int(learnt.min(initial=end)), end=end, width=samples.width(root)
        )  # fmt: skip


def _past(samples: Samples, root: int) -> Past:
    """What a root retains, its ages evenly from 0 to 1."""
    retained = samples.retained(root)
    shown = np.flatnonzero(retained.shown)
    entries, size = samples.first(root) + shown, len(shown)
    return Past(
        roots=np.full(size, root),
        entries=entries,
        ages=(np.arange(size) + 0.5) / max(size, 1),
        rows=retained.bins[shown],
        widths=np.full(size, samples.width(root)),
        rewards=retained.reward[shown] / MICRO,
        keys=response_keys(root, entries),
    )
