"""A row as numbers, for learners that multiply."""

from __future__ import annotations

import numpy as np

from tradewind.engine.lab.problems import Attribute, Floats, Problem, Row


class Features:
    """One for the intercept; a number between 0 and 1 in its range; a place for each value of a category.

    Every attribute has one place more that says that it is missing, or that its value is none of those named. The
    order of the attributes in the problem does not matter: they are laid out by name.
    """

    def __init__(self, problem: Problem) -> None:
        self.size = 1
        self._numbers: list[tuple[int, int, float, float]] = []
        self._codes: list[tuple[int, int, dict[object, int]]] = []
        by_name = sorted(enumerate(problem.attributes), key=lambda pair: pair[1].name)
        for place, attribute in by_name:
            self._lay(place, attribute)

    def of(self, row: Row) -> Floats:
        """The features of a row."""
        found = np.zeros(self.size)
        found[0] = 1.0
        for place, at, half, width in self._numbers:
            value = row[place]
            if isinstance(value, float):
                found[at] = min(max((value / 2.0 - half) / width, 0.0), 1.0) if width > 0.0 else 0.0
            else:
                found[at + 1] = 1.0
        for place, at, codes in self._codes:
            found[at + codes.get(row[place], 0)] = 1.0
        return found

    def _lay(self, place: int, attribute: Attribute) -> None:
        if attribute.type == "number":
            half = attribute.least / 2.0  # halves, since the whole width may be too large for a double
            self._numbers.append((place, self.size, half, attribute.most / 2.0 - half))
            self.size += 2
            return
        values: tuple[object, ...] = (False, True) if attribute.type == "boolean" else attribute.values
        self._codes.append((place, self.size, {value: code for code, value in enumerate(values, start=1)}))
        self.size += len(values) + 1
