"""What scorers have an entry each of, in arrays with room for more: kernels take them as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.kernels.scorer import COLUMNS, NODES, STATS, TREES, WEIGHTS
from tradewind.engine.core.predictors.quality import BANDS

_ARRAYS: Final[dict[str, tuple[tuple[int, ...], str]]] = {
    "weights": ((COLUMNS, WEIGHTS), "<f8"),
    "stats": ((STATS,), "<f8"),
    "nodes": ((TREES, NODES), "<i4"),
    "counts": ((TREES, NODES), "<f8"),
    "says": ((TREES, NODES), "<f8"),
    "grown": ((), "<i8"),
    "refitted_at": ((), "<i8"),
    "drifted_at": ((), "<i8"),
    "quality": ((2, BANDS, 2), "<i8"),
}


class ScorerArrays:
    """`names` has the offers' numbers; the arrays have an entry for each of them first."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.weights: NDArray[np.float64]
        self.stats: NDArray[np.float64]
        self.nodes: NDArray[np.int32]
        self.counts: NDArray[np.float64]
        self.says: NDArray[np.float64]
        self.grown: NDArray[np.int64]
        self.refitted_at: NDArray[np.int64]
        self.drifted_at: NDArray[np.int64]
        self.quality: NDArray[np.int64]
        for name, (shape, kind) in _ARRAYS.items():
            setattr(self, name, np.zeros((0, *shape), np.dtype(kind).newbyteorder("=")))

    def widen(self) -> None:
        """Twice the room."""
        for name in _ARRAYS:
            have: NDArray[Any] = getattr(self, name)
            more = np.zeros((max(8, len(have)), *have.shape[1:]), have.dtype)
            setattr(self, name, np.concatenate((have, more)))

    def array_bytes(self) -> list[bytes]:
        """Each array, the same on every machine."""
        return [getattr(self, name)[: len(self.names)].astype(kind).tobytes() for name, (_, kind) in _ARRAYS.items()]

    def take_arrays(self, blobs: Sequence[bytes]) -> None:
        """What `array_bytes` gave."""
        for (name, (shape, kind)), blob in zip(_ARRAYS.items(), blobs, strict=True):
            native = np.dtype(kind).newbyteorder("=")
            setattr(self, name, np.frombuffer(blob, kind).astype(native).reshape(-1, *shape))
