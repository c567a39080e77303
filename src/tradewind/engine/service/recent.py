"""The ids of the latest facts, so that whoever has waited need not look through history whether theirs was used since.

Nearly always it was not, and a look into SQLite for nothing lets the writer's thread run first.
"""

from __future__ import annotations

from typing import Final

MOST: Final = 10_000
"""Ids that are known at the least; twice as many at the most."""


class Recent:
    """Told of every fact that is appended, in order."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._young: set[str] = set()
        self._old: set[str] = set()
        self._young_behind = 0
        self._old_behind = 0

    def begin(self, position: int) -> None:
        """All facts behind this position will be told."""
        self._young_behind = self._old_behind = position

    def add(self, id: str, position: int) -> None:
        """The fact at `position` has this id."""
        self._young.add(id)
        if len(self._young) >= self._most:
            self._old, self._old_behind = self._young, self._young_behind
            self._young, self._young_behind = set(), position

    def may_have(self, id: str, *, behind: int) -> bool:
        """Whether a fact behind this position may have the id; False is certain.

        >>> recent = Recent()
        >>> recent.begin(7)
        >>> recent.add("a", 8)
        >>> recent.may_have("a", behind=7), recent.may_have("b", behind=7), recent.may_have("b", behind=6)
        (True, False, True)
        """
        return behind < self._old_behind or id in self._young or id in self._old
