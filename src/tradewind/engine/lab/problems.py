"""What a learner is told before the first row: which attributes there are, and which offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

type Value = float | str | bool | None
"""None is missing."""

type Row = tuple[Value, ...]
"""One customer: a value for each attribute of the problem, in its order."""

MOST_VALUES = 15
"""Of a category that have a place of their own, the most frequent first; the others share one more."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a problem: `least` and `most` bound a number, `values` are those of a category.

    Of a category with very many values only the first `MOST_VALUES` are named.
    """

    name: str
    type: Literal["number", "category", "boolean"]
    least: float = 0.0
    most: float = 1.0
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Offers are numbered in the order of `offers`; `hindsight` is what each would bring if it were shown to all.

    Only learners that are marked as cheats may look at `hindsight`.
    """

    attributes: tuple[Attribute, ...]
    offers: tuple[str, ...]
    hindsight: tuple[float, ...] = ()

    def in_order(self, order: Sequence[int]) -> Problem:
        """The same problem, its attributes in another order: `order` has the place of each in this one."""
        return replace(self, attributes=tuple(self.attributes[place] for place in order))
