"""How what was read of a customer goes into bins, written down for kernels: once a publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tradewind.engine import wire
from tradewind.engine.core.conditions.encoding import Encoder, Reading
from tradewind.engine.core.context import Declared, EqualBins
from tradewind.engine.core.kernels.binning import (
    CODED,
    EQUAL,
    FIRST_CODE,
    MADE,
    MISSING,
    ONE_BIN,
    POWERS,
    SCALE_FIELDS,
    SCALE_KIND,
)

Bins = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Scales:
    """A column of `table` for each of `names`, the attributes that may be learnt from; `codes` are bins by code."""

    names: tuple[str, ...]
    table: NDArray[np.float64]
    codes: Bins

    @classmethod
    def of(cls, attributes: Declared, encoder: Encoder) -> Scales:
        """The scales for the vectors of an encoder that was made with `readings(attributes)`."""
        table, codes = np.zeros((SCALE_FIELDS, len(attributes.binning))), bytearray()
        for each, name in enumerate(attributes.binning):
            table[FIRST_CODE, each] = len(codes)
            table[:FIRST_CODE, each] = _scale(name, attributes, encoder)
            if table[SCALE_KIND, each] == CODED:
                codes += _bins_by_code(attributes[name], encoder.codes[name], attributes.binning[name])
        return cls(tuple(attributes.binning), table, np.frombuffer(codes, np.uint8))

    def named(self, bins: Bins) -> dict[str, int]:
        """The bins of the attributes that are known."""
        found = bins.tolist()
        if MISSING in found:
            return {name: at for name, at in zip(self.names, found, strict=True) if at != MISSING}
        return dict(zip(self.names, found, strict=True))


def readings(attributes: Declared) -> Mapping[str, Reading]:
    """How the attributes that may be learnt from come into the vector of the rules."""
    return {name: _reading(attributes[name], bin_of) for name, bin_of in attributes.binning.items()}


def _reading(attribute: wire.Attribute, bin_of: Any) -> Reading:
    match attribute.type:
        case "number":
            return None
        case "boolean":
            return (False, True)
        case _:
            return tuple(attribute.values) or bin_of


def _scale(name: str, attributes: Declared, encoder: Encoder) -> tuple[float, ...]:
    """Kind, slot, and half of the least and of the width of all bins."""
    attribute, bin_of = attributes[name], attributes.binning[name]
    match attribute.type:
        case "number":
            slot = encoder.slots[name, True]
            if isinstance(bin_of, EqualBins):
                return (EQUAL, slot, bin_of.half, bin_of.width)
            is_ranged = attribute.min is not None and attribute.max is not None
            return (ONE_BIN if is_ranged else POWERS, slot, 0.0, 0.0)
        case _ if name in encoder.made:
            return (MADE, encoder.made[name], 0.0, 0.0)
        case _:
            return (CODED, encoder.slots[name, False], 0.0, 0.0)


def _bins_by_code(attribute: wire.Attribute, codes: Mapping[Any, float], bin_of: Any) -> bytearray:
    known = {False, True} if attribute.type == "boolean" else set(attribute.values)
    found = bytearray([MISSING]) * (len(codes) - 1)  # one is that of a missing value
    for value, code in codes.items():
        if value is not None and value in known:
            found[int(code)] = bin_of(value)
    return found
