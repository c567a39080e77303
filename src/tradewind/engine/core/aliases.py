"""Who is who: references that turned out to stand for a customer known by another one."""

from __future__ import annotations

from typing import Self

from tradewind.engine.core.packing import Packed, packed_ints, packed_texts, unpacked_ints, unpacked_texts

Joined = tuple[str, int]
"""The customer's reference, and the position of the fact that joined an alias to it."""


class Aliases:
    """From every alias straight to its customer, chains resolved as they come, and back."""

    def __init__(self) -> None:
        self._of: dict[str, Joined] = {}
        self._joined: dict[str, list[str]] = {}

    def of(self, ref: str) -> str:
        """The customer that acts under this reference: its own unless it was joined to another."""
        joined = self._of.get(ref)
        return ref if joined is None else joined[0]

    def joined(self, subject: str) -> tuple[str, ...]:
        """The references that stand for this customer beside their own, in the order they were joined."""
        refs = self._joined.get(subject)
        return tuple(refs) if refs else ()

    def since(self, alias: str) -> int | None:
        """The position at which an alias was joined; None for what is not one."""
        joined = self._of.get(alias)
        return None if joined is None else joined[1]

    def join(self, subject: str, alias: str, *, position: int) -> None:
        """Let `alias`, and whatever was joined to it before, stand for `subject`."""
        self._of[alias] = (subject, position)
        moved = self._joined.pop(alias, [])
        for ref in moved:
            self._of[ref] = (subject, self._of[ref][1])
        self._joined.setdefault(subject, []).extend([*moved, alias])

    def forget(self, subject: str) -> None:
        """Hold nothing of a customer and their aliases any more."""
        for ref in self._joined.pop(subject, ()):
            del self._of[ref]

    def listed(self) -> list[tuple[str, str, int]]:
        """Every alias as (alias, customer, position), sorted: what the state's digest covers."""
        return [(alias, *joined) for alias, joined in sorted(self._of.items())]

    def packed(self) -> Packed:
        """For a snapshot."""
        pairs = [(subject, alias) for subject, refs in self._joined.items() for alias in refs]
        return [
            packed_texts(subject for subject, _ in pairs),
            packed_texts(alias for _, alias in pairs),
            packed_ints([self._of[alias][1] for _, alias in pairs]),
        ]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        aliases = cls()
        subjects, names, positions = packed
        rows = zip(unpacked_texts(subjects), unpacked_texts(names), unpacked_ints(positions).tolist(), strict=True)
        for subject, alias, position in rows:
            aliases.join(subject, alias, position=position)
        return aliases
