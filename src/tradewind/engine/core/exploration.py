"""Random numbers of our own. How they are used to try other offers is in `kernels.chances`.

For each rank the policy gives a vector of probabilities over the offers still allowed; the offer is drawn
from that vector and its entry is recorded. So the recorded number is true by construction, whatever
approximation made the vector.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

_COUNTERS: Final = tuple(counter.to_bytes(8, "big") for counter in range(32))


class Draws:
    """Uniform numbers in [0, 1), each a function of (key, counter) alone: the same everywhere, in any order.

    >>> Draws(b"decision").at(1) == Draws(b"decision").at(1)
    True
    >>> round(Draws(b"decision").at(1), 6), round(Draws(b"decision").at(2), 6)
    (0.845013, 0.313232)
    """

    __slots__ = ("_keyed",)

    def __init__(self, key: bytes) -> None:
        self._keyed = blake2b(digest_size=8, key=key if len(key) <= 64 else blake2b(key, digest_size=64).digest())

    def at(self, counter: int) -> float:
        """The number at `counter` (0 or more): 53 bits of a keyed BLAKE2b."""
        state = self._keyed.copy()
        state.update(_COUNTERS[counter] if counter < len(_COUNTERS) else counter.to_bytes(8, "big"))
        return (int.from_bytes(state.digest(), "big") >> 11) * 2.0**-53

    def first(self, size: int) -> list[float]:
        """The numbers at 1 to `size`."""
        return [self.at(counter) for counter in range(1, size + 1)]
