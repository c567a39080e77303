"""Where in history lie the changes of each offer's predictor, so that nobody has to look for them.

History has the changes themselves; what lies here says only at which positions, and when. It is folded like everything
else, so a start from a snapshot knows it, and a state of the past knows what had happened by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Self

from tradewind.engine.core.events import ProfileDrifted, ProfilePruned, ProfileSplit, ScorerRefitted
from tradewind.engine.core.packing import Packed, packed_ints, packed_texts, unpacked_ints, unpacked_texts

MOST: Final = 4_096
"""So many changes of an offer are known, the newest. At one for 50 responses at the soonest that is a long time."""

OF_TREE: Final = 0
OF_SCORER: Final = 1

type Change = ProfileSplit | ProfileDrifted | ProfilePruned | ScorerRefitted


class Entry(NamedTuple):
    """One change: its position, its instant, and whether it is one of the tree or of the scorer."""

    position: int
    at: int
    sort: int


class Chronicle:
    """The newest changes of each offer, in order."""

    def __init__(self) -> None:
        self._of: dict[str, list[Entry]] = {}

    def of(self, offer: str) -> Sequence[Entry]:
        """The changes of an offer's predictor that are known, the oldest first; to be read at once."""
        return self._of.get(offer, ())

    def note(self, position: int, fact: Change) -> None:
        """A change was told, whether it made a difference or came too late for that."""
        entries = self._of.setdefault(fact.offer, [])
        entries.append(Entry(position, fact.at, OF_SCORER if isinstance(fact, ScorerRefitted) else OF_TREE))
        if len(entries) > MOST:
            del entries[0]

    def listed(self) -> list[tuple[str, list[Entry]]]:
        """Everything, sorted: what the state's digest covers."""
        return sorted(self._of.items())

    def packed(self) -> Packed:
        """For a snapshot."""
        return [
            packed_texts(self._of),
            packed_ints([len(entries) for entries in self._of.values()]),
            packed_ints([number for entries in self._of.values() for entry in entries for number in entry]),
        ]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        chronicle, (offers, counts, numbers) = cls(), packed
        rows = [Entry(*row) for row in unpacked_ints(numbers, width=len(Entry._fields)).tolist()]
        start = 0
        for offer, count in zip(unpacked_texts(offers), unpacked_ints(counts).tolist(), strict=True):
            chronicle._of[offer] = rows[start : start + count]
            start += count
        return chronicle
