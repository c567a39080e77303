"""Predictors as they were at positions of the past. That never changes, so the last ones that were made are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from tradewind.engine.core.predictors.chronicle import OF_TREE, Entry

MOST: Final = 256
"""Views that are kept, a few kilobytes each."""

STOPS: Final = 64
"""Changes whose trees are made on the way where a fold passes them: whoever looks at one looks at its neighbours."""


class Views:
    """The last views by offer and position, as bytes that answer. Any thread may ask and bring."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, offer: str, position: int) -> bytes | None:
        """The view, if it is still kept."""
        with self._lock:
            view = self._kept.get((offer, position))
            if view is not None:
                self._kept.move_to_end((offer, position))
            return view

    def keep(self, offer: str, position: int, view: bytes) -> None:
        """Keep a view, and let go of the one that was not asked for longest."""
        with self._lock:
            self._kept[offer, position] = view
            self._kept.move_to_end((offer, position))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


def stops(entries: Sequence[Entry], position: int) -> frozenset[int]:
    """Where a fold up to a position shall look around: behind the newest changes of the tree until there, and before
    the first of these."""
    passed = [entry.position for entry in entries if entry.sort == OF_TREE and entry.position <= position][-STOPS:]
    return frozenset([*passed, passed[0] - 1]) if passed else frozenset()
