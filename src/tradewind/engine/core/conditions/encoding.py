"""From the inputs of rules to a vector of doubles that the kernel reads.

Numbers stand for themselves; texts and truth values are codes, whole numbers per input. What is missing is a NaN of
its own (as R has its NA), so that a known NaN stays a NaN.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MISSING_BITS: Final = 0x7FF8_0000_0000_07A2
MISSING: Final[float] = struct.unpack("d", struct.pack("Q", MISSING_BITS))[0]
MISSING_CODE, OTHER_CODE = -2, -1

_LARGEST: Final = 2**53
_MISSING_CODE, _OTHER_CODE = float(MISSING_CODE), float(OTHER_CODE)


class Unfit(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A whole number that no double holds: comparing it exactly is left to the tree."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """The slots of the vector: numbers, then texts, then what is compared with truth values, each by its key."""

    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    others: tuple[str, ...]
    slots: Mapping[tuple[str, bool], int]
    codes: Mapping[str, Mapping[Any, float]]
    _text_codes: tuple[tuple[str, Callable[[Any, float], float]], ...]
    _pack: Callable[..., bytes]

    @classmethod
    def of(cls, numbers: Iterable[str], coded: Mapping[str, Sequence[str | bool]]) -> Encoder:
        """An encoder for the inputs that are compared as numbers, and for those that are looked up, by key."""
        codes: dict[str, dict[Any, float]] = {
            key: {None: _MISSING_CODE} | {value: float(code) for code, value in enumerate(values)}
            for key, values in coded.items()
        }
        texts = tuple(key for key, values in coded.items() if all(isinstance(value, str) for value in values))
        others = tuple(key for key in coded if key not in set(texts))
        numbers = tuple(numbers)
        ordered = [*((key, True) for key in numbers), *((key, False) for key in (*texts, *others))]
        return cls(
            numbers=numbers,
            texts=texts,
            others=others,
            slots={slot: place for place, slot in enumerate(ordered)},
            codes=codes,
            _text_codes=tuple((key, codes[key].get) for key in texts),
            _pack=struct.Struct(f"{len(ordered)}d").pack,
        )

    def encode(self, inputs: Mapping[str, Any]) -> NDArray[np.float64]:
        """The vector of one context. Raises Unfit."""
        get = inputs.get
        numbers = [value if type(value) is float else _number(value) for value in map(get, self.numbers)]
        try:
            texts = [code(get(key), _OTHER_CODE) for key, code in self._text_codes]
        except TypeError:  # some value cannot be a key of a dict, so it is no text
            texts = [_code(self.codes[key], get(key)) for key in self.texts]
        others = [_code(self.codes[key], get(key)) for key in self.others]
        return np.frombuffer(bytearray(self._pack(*numbers, *texts, *others)))  # a bytearray can be written to


def _number(value: Any) -> float:
    """Whatever is known and no number acts as NaN does: unequal to everything, and without order."""
    if value is None:
        return MISSING
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    if isinstance(value, int) and not -_LARGEST <= value <= _LARGEST:
        raise Unfit("too large to be a double")
    return float(value)


def _code(codes: Mapping[Any, float], value: Any) -> float:
    """The code of a value that may be of any type; 1.0 is not true here, though Python finds them equal."""
    return codes.get(value, _OTHER_CODE) if value is None or isinstance(value, str | bool) else _OTHER_CODE
