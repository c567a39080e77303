"""From the inputs of rules to a vector of doubles that kernels read.

Numbers stand for themselves; texts and truth values are codes, whole numbers per input. What is missing is a NaN of
its own (as R has its NA), so that a known NaN stays a NaN. The vector may hold more than the rules compare, for
others who look at the same inputs.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MISSING_BITS: Final = 0x7FF8_0000_0000_07A2
MISSING: Final[float] = struct.unpack("d", struct.pack("Q", MISSING_BITS))[0]
MISSING_CODE, OTHER_CODE = -2, -1

_LARGEST: Final = 2**53
_MISSING_CODE, _OTHER_CODE = float(MISSING_CODE), float(OTHER_CODE)


type Reading = Sequence[str | bool] | Callable[[Any], float] | None
"""How an input comes into the vector: as a number, as the code of one of some values, or as what is made of it."""

_FLOAT: Final = frozenset({float})


class Unfit(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A whole number that no double holds: comparing it exactly is left to the tree."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """The slots of the vector: numbers, then texts, then what is compared with truth values, each by its key.

    Last comes what is `made` of some inputs.
    """

    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    others: tuple[str, ...]
    slots: Mapping[tuple[str, bool], int]
    codes: Mapping[str, Mapping[Any, float]]
    made: Mapping[str, int]
    _text_codes: tuple[tuple[str, Callable[[Any, float], float]], ...]
    _makers: tuple[tuple[str, Callable[[Any], float]], ...]
    _pack: Callable[..., bytes]

    @classmethod
    def of(
        cls,
        numbers: Iterable[str],
        coded: Mapping[str, Sequence[str | bool]],
        makers: Mapping[str, Callable[[Any], float]] = MappingProxyType({}),
    ) -> Encoder:
        """An encoder for inputs that stand as numbers, for those that are looked up, and for what is made of some."""
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
            made={key: place for place, key in enumerate(makers, start=len(ordered))},
            _text_codes=tuple((key, codes[key].get) for key in texts),
            _makers=tuple(makers.items()),
            _pack=struct.Struct(f"{len(ordered) + len(makers)}d").pack,
        )

    def encode(self, inputs: Mapping[str, Any]) -> NDArray[np.float64]:
        """The vector of one context. Raises Unfit."""
        get = inputs.get
        numbers: Sequence[Any] = (*map(get, self.numbers),)
        if not _FLOAT.issuperset(map(type, numbers)):
            numbers = [value if type(value) is float else _number(value) for value in numbers]
        try:
            texts = [code(get(key), _OTHER_CODE) for key, code in self._text_codes]
        except TypeError:  # some value cannot be a key of a dict, so it is no text
            texts = [_code(self.codes[key], get(key)) for key in self.texts]
        if self.others:
            texts += [_code(self.codes[key], get(key)) for key in self.others]
        if self._makers:
            texts += [MISSING if (value := get(key)) is None else make(value) for key, make in self._makers]
        packed = bytearray(self._pack(*numbers, *texts))  # which can be written to
        return np.ndarray(len(packed) // 8, np.float64, packed)

    @property
    def nothing(self) -> NDArray[np.float64]:
        """The vector of a context in which nothing is known."""
        return self.encode({})


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
