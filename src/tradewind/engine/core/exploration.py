"""How often do we try the others? Random numbers of our own, and selection probabilities.

For each rank the policy gives a vector of probabilities over the offers still allowed; the offer is drawn
from that vector and its entry is recorded. So the recorded number is true by construction, whatever
approximation made the vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CELLS = 8192
"""About how many points (candidates by scores) the quadrature has, within 48 to 128 scores."""

_FINE = np.linspace(-3.5, 3.5, 57)
_COARSE = np.linspace(-3.5, 3.5, 15)
_SQUARECB_GAIN = 10.0


@dataclass(frozen=True, slots=True)
class Draws:
    """Uniform numbers in [0, 1), each a function of (key, counter) alone: the same everywhere, in any order.

    >>> Draws(b"decision").at(1) == Draws(b"decision").at(1)
    True
    >>> round(Draws(b"decision").at(1), 6), round(Draws(b"decision").at(2), 6)
    (0.845013, 0.313232)
    """

    key: bytes

    def at(self, counter: int) -> float:
        """The number at `counter` (0 or more): 53 bits of a keyed BLAKE2b."""
        key = self.key if len(self.key) <= 64 else blake2b(self.key, digest_size=64).digest()
        block = blake2b(counter.to_bytes(8, "big"), digest_size=8, key=key).digest()
        return (int.from_bytes(block, "big") >> 11) * 2.0**-53


def draw(probabilities: Floats, uniform: float) -> int:
    """The index that `uniform` in [0, 1) falls on; an entry of zero is never drawn.

    >>> draw(np.array([0.2, 0.0, 0.8]), 0.2)
    2
    """
    cumulated = np.cumsum(probabilities)
    index = int(np.searchsorted(cumulated, uniform * cumulated[-1], side="right"))
    return min(index, int(np.flatnonzero(probabilities)[-1]))


def with_floor(probabilities: Floats, floor: float) -> Floats:
    """Share `floor` evenly: each of the K entries gets at least floor/K, the sum stays one.

    >>> with_floor(np.array([1.0, 0.0]), 0.1).round(9).tolist()
    [0.95, 0.05]
    """
    return np.asarray((1.0 - floor) * (probabilities / probabilities.sum()) + floor / len(probabilities))


def greedy(scores: Floats) -> Floats:
    """All probability on the highest score; equal ones share it.

    >>> greedy(np.array([1.0, 2.0, 2.0])).tolist()
    [0.0, 0.5, 0.5]
    """
    best = scores == scores.max()
    return np.asarray(best / best.sum())


def squarecb(scores: Floats, evidence: int) -> Floats:
    """Inverse gap weighting: p = 1 / (K + γ · gap), the best gets the rest.

    The gap is relative to the best score, and γ = 10 · √(1 + evidence), `evidence` being the responses that
    the candidates' predictors have seen. Source: Foster and Rakhlin (2020), Beyond UCB.

    >>> squarecb(np.array([1.0, 0.5]), 0).round(3).tolist()
    [0.857, 0.143]
    """
    best = int(np.argmax(scores))
    if scores[best] <= 0.0:
        return np.full(len(scores), 1.0 / len(scores))
    gaps = 1.0 - scores / scores[best]
    chances = 1.0 / (len(scores) + _SQUARECB_GAIN * np.sqrt(1.0 + evidence) * gaps)
    chances[best] = 0.0
    chances[best] = 1.0 - chances.sum()
    return np.asarray(chances)


class Thompson:
    """P(this candidate's score is the highest), by quadrature over an approximate posterior.

    Posterior: of two gamma variables X and Y, propensity = X / (X + Y) is Beta; √X and √Y are nearly normal, so
    θ = arcsin √propensity = arctan √(X/Y) is taken as normal, its moments from theirs to first order.
    Score = propensity^exponent · factor. The distribution functions of all candidates are laid on one grid of
    scores between the highest of the low ends and the highest of the high ends; its points are quantiles of
    the candidates, so that narrow and wide posteriors are both resolved.
    """

    def __init__(self, *, alpha: Floats, beta: Floats, factor: Floats, exponent: float, ranks: int = 1) -> None:
        """`alpha`, `beta` (K): the Beta posteriors, above zero; `factor` (K): what a score is worth, 0 or more.

        `ranks`: for how many ranks one grid should serve, the offers above being left out.
        """
        self.scores = factor * (alpha / (alpha + beta)) ** exponent
        self.exponent = exponent
        self.factor = factor
        self.ranks = ranks
        self.centre, self.spread = angle(alpha, beta)
        deviations = _FINE if len(factor) <= 32 else _COARSE
        angles = np.clip(self.centre[:, None] + self.spread[:, None] * deviations, 0.0, np.pi / 2)
        self.reach = factor[:, None] * np.sin(angles) ** (2.0 * exponent)
        self.low = np.inf

    def probabilities(self, rows: NDArray[np.intp]) -> Floats:
        """The vector over `rows` (indexes of the candidates still allowed), summing to one."""
        if len(rows) < 2 or self.exponent == 0.0 or not (self.factor[rows] > 0.0).any():
            return greedy(self.scores[rows])
        if self.reach[rows, 0].max() < self.low:
            self._lay(rows)
        chances = np.zeros(len(rows))
        competing = np.flatnonzero(self.place[rows] >= 0)
        places = self.place[rows[competing]]
        below = self.log_below[places]
        chances[competing] = (self.mass[places] * np.exp(below.sum(axis=0) - below)).sum(axis=1)
        total = float(chances.sum())
        return chances / total if total > 1e-9 else greedy(self.scores[rows])

    def _lay(self, rows: NDArray[np.intp]) -> None:
        """Lay the grid over those of `rows` that can still win once the best `ranks` - 1 are gone.

        Nobody wins below the lowest edge while a candidate is left that is surely above it.
        """
        lows = self.reach[rows, 0]
        rank = max(len(rows) - self.ranks, 0)
        self.low = float(np.partition(lows, rank)[rank])
        competing = rows[self.reach[rows, -1] > self.low]
        edges = _edges(self.reach[competing], self.low)
        below = self._below(competing, edges)
        self.place = np.full(len(self.factor), -1, np.intp)
        self.place[competing] = np.arange(len(competing))
        self.mass = below[:, 1:] - below[:, :-1]
        self.log_below = np.log(np.maximum(0.5 * (below[:, 1:] + below[:, :-1]), 1e-12))

    def _below(self, rows: NDArray[np.intp], edges: Floats) -> Floats:
        """P(score <= edge), rows by edges: all of it where the edge is the most a row can score, and at the last."""
        chance = np.minimum((edges / self.factor[rows, None]) ** (1.0 / self.exponent), 1.0)
        below = normal_cdf((np.arcsin(np.sqrt(chance)) - self.centre[rows, None]) / self.spread[rows, None])
        below[chance >= 1.0] = 1.0
        below[:, -1] = 1.0
        return below


def angle(alpha: Floats, beta: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of θ = arcsin √propensity under Beta(alpha, beta), to first order."""
    root_x, root_y = _root_mean(alpha), _root_mean(beta)
    x, y = root_x * root_x, root_y * root_y
    variance = (y * (alpha - x) + x * (beta - y)) / (x + y) ** 2
    return np.arctan2(root_x, root_y), np.sqrt(variance)


def _root_mean(shape: Floats) -> Floats:
    """E √X of a gamma variable: Γ(s + 1/2) / Γ(s), relative error below 2e-3."""
    above = shape + 1.0
    return np.asarray(np.sqrt(above - 0.25 + 0.03125 / above) * shape / (shape + 0.5))


def _edges(reach: Floats, low: float) -> Floats:
    """Edges of the grid from `low` up: quantiles of the candidates, evenly picked, the highest included."""
    most = min(max(CELLS // len(reach), 48), 128)
    points = np.unique(reach[reach > low])
    if len(points) >= most:
        points = points[np.linspace(0, len(points) - 1, most - 1).astype(np.intp)]
    return np.concatenate(([low], points))


def normal_cdf(z: Floats) -> Floats:
    """Φ(z), absolute error below 7.5e-8 (Abramowitz and Stegun 1964, 26.2.17)."""
    size = np.abs(z)
    t = 1.0 / (1.0 + 0.2316419 * size)
    poly = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = np.exp(-0.5 * size * size) * 0.3989422804014327 * poly
    return np.where(z >= 0.0, 1.0 - tail, tail)
