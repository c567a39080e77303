"""The evidence of every recipient profile, in columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.packing import Packed, packed_ints, packed_texts, unpacked_ints, unpacked_texts

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

MICRO = 1_000_000
"""A reward of one, in the whole millionths that the columns hold."""

PRIOR_STRENGTH = 2.0
"""How many responses the prior weighs; with no evidence anywhere it is the uniform Beta(1, 1)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one presentation adds to a leaf: `shown` 0 or 1, `accepted` 0 or 1, `reward` in millionths."""

    shown: int = 0
    accepted: int = 0
    reward: int = 0


NOTHING = Evidence()


class Leaves:
    """One row per (offer, profile): shown, accepted, reward; and their sums per offer group."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], int] = {}
        self.shown: Counts = np.zeros(16, np.int64)
        self.accepted: Counts = np.zeros(16, np.int64)
        self.reward: Counts = np.zeros(16, np.int64)
        self.group: NDArray[np.intp] = np.zeros(16, np.intp)
        self.group_rows: dict[str, int] = {}
        self.group_shown: Counts = np.zeros(0, np.int64)
        self.group_reward: Counts = np.zeros(0, np.int64)

    def plant(self, leaves: Iterable[tuple[str, str, str]]) -> Rows:
        """The rows of (offer, profile, group), made where they are new; a leaf follows its offer's group."""
        rows = []
        for offer, profile, group in leaves:
            row = self.rows.setdefault((offer, profile), len(self.rows))
            if row == len(self.shown):
                self._grow()
            self.group[row] = self.group_rows.setdefault(group, len(self.group_rows))
            rows.append(row)
        self._sum_groups()
        return np.array(rows, np.intp)

    def change(self, row: int, old: Evidence, new: Evidence) -> None:
        """Replace what a presentation had added by what it adds now."""
        shown, reward = new.shown - old.shown, new.reward - old.reward
        self.shown[row] += shown
        self.accepted[row] += new.accepted - old.accepted
        self.reward[row] += reward
        self.group_shown[self.group[row]] += shown
        self.group_reward[self.group[row]] += reward

    def posterior(self, rows: Rows) -> tuple[Floats, Floats]:
        """Beta(alpha, beta) of each row's propensity, shrunk to its group, and its group to all groups.

        With strength S: the mean of all is μ = (1 + R) / (2 + N), of a group μg = (Rg + S·μ) / (Ng + S), and the
        prior of its leaves Beta(S·μg, S·(1 - μg)) (empirical Bayes; Gelman et al. 2013, ch. 5).
        """
        overall = (1.0 + self.group_reward.sum() / MICRO) / (2.0 + self.group_shown.sum())
        group = (self.group_reward / MICRO + PRIOR_STRENGTH * overall) / (self.group_shown + PRIOR_STRENGTH)
        prior = PRIOR_STRENGTH * group[self.group[rows]]
        reward = self.reward[rows] / MICRO
        return prior + reward, PRIOR_STRENGTH - prior + self.shown[rows] - reward

    def listed(self) -> list[tuple[str, str, str, int, int, int]]:
        """Every leaf as (offer, profile, group, shown, accepted, reward), sorted: what digests cover."""
        names = list(self.group_rows)
        return [
            (offer, profile, names[self.group[row]], *(int(c[row]) for c in (self.shown, self.accepted, self.reward)))
            for (offer, profile), row in sorted(self.rows.items())
        ]

    def packed(self) -> Packed:
        """For a snapshot."""
        used = len(self.rows)
        return [
            packed_texts(offer for offer, _ in self.rows),
            packed_texts(profile for _, profile in self.rows),
            packed_texts(self.group_rows),
            [packed_ints(column[:used]) for column in (self.group, self.shown, self.accepted, self.reward)],
        ]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        leaves = cls()
        offers, profiles, groups, columns = packed
        keys = zip(unpacked_texts(offers), unpacked_texts(profiles), strict=True)
        leaves.rows = {key: row for row, key in enumerate(keys)}
        leaves.group_rows = {group: row for row, group in enumerate(unpacked_texts(groups))}
        while len(leaves.shown) < len(leaves.rows):
            leaves._grow()
        for column, counts in zip((leaves.group, leaves.shown, leaves.accepted, leaves.reward), columns, strict=True):
            column[: len(leaves.rows)] = unpacked_ints(counts)
        leaves._sum_groups()
        return leaves

    def _grow(self) -> None:
        for name in ("shown", "accepted", "reward", "group"):
            column = getattr(self, name)
            setattr(self, name, np.concatenate((column, np.zeros_like(column))))

    def _sum_groups(self) -> None:
        used, groups = len(self.rows), len(self.group_rows)
        self.group_shown = np.zeros(groups, np.int64)
        self.group_reward = np.zeros(groups, np.int64)
        np.add.at(self.group_shown, self.group[:used], self.shown[:used])
        np.add.at(self.group_reward, self.group[:used], self.reward[:used])
