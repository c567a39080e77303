"""Budgets of offers: what acceptances have cost against what may be spent by now."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.columns import MOST_EARLY, MOST_LATE
from tradewind.engine.core.published import Columns, Mask, Rows
from tradewind.engine.core.volumes import Volumes

Amounts = NDArray[np.int64]


def spend_of(columns: Columns, volumes: Volumes, rows: Rows, now: int) -> tuple[Amounts, Mask]:
    """What each offer has spent, in millionths (0 without a budget), and whether its budget lets it be shown."""
    spent = np.zeros(len(rows), np.int64)
    if not len(columns.budgeted):
        return spent, np.ones(len(rows), bool)
    spent[columns.budgeted] = volumes.spent(rows[columns.budgeted])
    return spent, has_budget(columns, spent, now)


def has_budget(columns: Columns, spent: Amounts, now: int) -> Mask:
    """Whether one more acceptance fits the budget, and what was spent is not ahead of the pace.

    With a beginning and an end the budget is spent evenly in between: by the time `now` no more than the elapsed
    share of it. Acceptances of offers that are already shown can still come, so the last ones may exceed it by
    what was open then.

    Args:
        columns: the offers; instants in microseconds, amounts in millionths of the unit of cost.
        spent: per offer, in millionths.
        now: when the event occurred, microseconds since the epoch.
    """
    fits = spent + columns.cost <= columns.budget
    rows = columns.budgeted
    starts, ends = columns.starts_at[rows].astype(np.float64), columns.ends_at[rows].astype(np.float64)
    elapsed = np.clip((now - starts) / (ends - starts), 0.0, 1.0)
    paced = (starts > MOST_EARLY) & (ends < MOST_LATE)
    fits[rows] &= ~paced | (spent[rows] <= columns.budget[rows] * elapsed)
    return np.asarray(fits)
