"""How good were the expectations of an offer's profiles and of its scorer? From responses counted by what was expected.

Each response was expected before it was learnt from (test, then train). Expected is a reward, 0 to 1, and so it is
compared with the reward that came, less what was due to the agent: of a response with a reward of a quarter, a quarter
counts as accepted and the rest as not. A band has the responses whose expectation had a root between two sixteenths,
so numbers here are exact up to the width of a band.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.predictors.evidence import MICRO, Evidence

BANDS: Final = 16
PROFILES, SCORER = 0, 1
"""Whose expectations are counted."""

UNJUDGED: Final = -1
"""In the place of the bands of what nobody expected."""

type Bands = NDArray[np.int64]
"""(BANDS, 2): responses, and their rewards in millionths."""

MIDDLES = ((np.arange(BANDS) + 0.5) / BANDS) ** 2


def bands_of(by_profiles: float, by_scorer: float) -> int:
    """The bands of what both expected of a response, 0 to 1, in one number."""
    return BANDS * _band(by_profiles) + _band(by_scorer)


def judge(counted: NDArray[np.int64], judged: int, before: Evidence, now: Evidence) -> None:
    """What was expected in these bands has come otherwise than `before`; `counted` is (2, BANDS, 2)."""
    if judged != UNJUDGED:
        for which, band in zip((PROFILES, SCORER), divmod(judged, BANDS), strict=True):
            counted[which, band] += (now.shown - before.shown, now.reward - before.reward)


def _band(expected: float) -> int:
    """By its root: chances are often small."""
    return min(int(BANDS * math.sqrt(expected)), BANDS - 1)


class Quality(NamedTuple):
    """Over `responses`: mean log loss in nats, chance to order an accepted and another one rightly, and miscalibration.

    The second is the area under the curve of Hanley and McNeil (1982), 0.5 where there is nothing to order; the third
    the mean distance between the reward that was expected and that which came, weighted by responses (Naeini et al.
    2015).
    """

    responses: int
    log_loss: float
    auc: float
    miscalibration: float


def quality(bands: Bands) -> Quality | None:
    """The quality of what was expected; None before the first response.

    >>> bands = np.zeros((BANDS, 2), np.int64)
    >>> bands[3], bands[12] = (40, 2 * MICRO), (40, 26 * MICRO)
    >>> found = quality(bands)
    >>> found.responses, round(found.log_loss, 3), round(found.auc, 3), round(found.miscalibration, 3)
    (80, 0.425, 0.83, 0.021)
    """
    shown, reward = bands[:, 0], bands[:, 1] / MICRO
    responses, won = int(shown.sum()), float(reward.sum())
    if not responses:
        return None
    lost = shown - reward
    log_loss = -(reward * np.log(MIDDLES) + lost * np.log1p(-MIDDLES)).sum() / responses
    below = np.cumsum(lost) - lost
    pairs = won * (responses - won)
    auc = float((reward * (below + 0.5 * lost)).sum()) / pairs if pairs else 0.5
    miscalibration = float(np.abs(shown * MIDDLES - reward).sum()) / responses
    return Quality(responses, float(log_loss), auc, miscalibration)
