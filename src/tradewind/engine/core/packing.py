"""Columns, names and rows as what a snapshot may hold: numbers, texts, bytes and lists of them.

Arrays are little-endian whatever the processor. Nothing here knows of files; nothing is pickled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Packed = Any
"""None, booleans, integers, texts, bytes, and lists and dicts of them."""

Ints = NDArray[np.int64]

_WORD = np.dtype("<i8")
_REFERENCE = 32  # hexadecimal digits of a customer's reference


class Unpackable(ValueError):  # noqa: N818 - a refusal, named for what happened
    """What was packed does not fit this version of the engine, or was changed since."""


def packed_ints(column: Sequence[int] | NDArray[np.integer[Any]]) -> bytes:
    """A column of integers as little-endian 64-bit words, in the order of its rows."""
    return np.ascontiguousarray(column, dtype="<i8").tobytes()


def unpacked_ints(packed: bytes, *, width: int | None = None) -> Ints:
    """A column that may be written to; with `width`, a table of so many columns."""
    column = np.frombuffer(packed, "<i8").astype(np.int64)
    return column if width is None else column.reshape(-1, width)


def table_of(packed: bytes, *, width: int) -> Ints:
    """The same in the fewest steps: a copy, as a table of so many columns."""
    return np.ndarray((len(packed) // (8 * width), width), _WORD, bytearray(packed))


def packed_blobs(blobs: Sequence[bytes]) -> Packed:
    """Many byte strings as one, with their lengths."""
    return [b"".join(blobs), packed_ints([len(blob) for blob in blobs])]


def unpacked_blobs(packed: Packed) -> list[bytes]:
    """The inverse of `packed_blobs`."""
    joined, lengths = packed
    return [joined[start:end] for start, end in pairwise(_ends(joined, lengths))]


def packed_texts(texts: Iterable[str]) -> Packed:
    """Many texts as one; customers' references take 16 bytes each."""
    texts = list(texts)
    joined = "".join(texts)
    if texts and all(len(text) == _REFERENCE for text in texts) and (raw := _from_hex(joined)) is not None:
        return [raw, None]
    return packed_blobs([text.encode() for text in texts])


def unpacked_texts(packed: Packed) -> list[str]:
    """The inverse of `packed_texts`."""
    joined, lengths = packed
    if lengths is None:
        digits: str = joined.hex()
        return [digits[start : start + _REFERENCE] for start in range(0, len(digits), _REFERENCE)]
    text = joined.decode()
    if len(text) != len(joined):  # not ASCII: characters are not bytes
        return [blob.decode() for blob in unpacked_blobs(packed)]
    return [text[start:end] for start, end in pairwise(_ends(joined, lengths))]


def _from_hex(joined: str) -> bytes | None:
    """The bytes that are written exactly so."""
    try:
        raw = bytes.fromhex(joined)
    except ValueError:
        return None
    return raw if raw.hex() == joined else None


def _ends(joined: bytes, lengths: bytes) -> list[int]:
    counts = np.frombuffer(lengths, "<i8")
    ends = [0, *np.cumsum(counts).tolist()]
    if ends[-1] != len(joined) or (counts < 0).any():
        raise Unpackable("the lengths do not add up")
    return ends
