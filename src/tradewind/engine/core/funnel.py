"""The first step of a decision: valid, eligible, applicable, suitable, allowed; all offers at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.arms import Arm
from tradewind.engine.core.holding import Held
from tradewind.engine.core.kernels import sifting
from tradewind.engine.core.published import SKILLS, CompiledPlacement, CompiledPublication, Instants, Mask

STAGES = ("valid", "eligible", "applicable", "suitable", "allowed")
"""In the order of their numbers in `kernels.sifting`."""


class Sifted(msgspec.Struct, frozen=True, gc=False):
    """For each offer the number of the stage that it did not pass, `len(STAGES)` where it is allowed.

    `vector` has the inputs as kernels read them, `truths` are the answers of the publication's rules (0 false,
    1 unknown, 2 true); `profile` points to the first profile that holds, in the flat order of the columns;
    `last_shown` are this customer's counters as (number, instant), `shown_rows` the rows of these numbers, `held`
    what the contact policies and limits say, `stopped` the offers of an emergency stop. `passed` is how many passed
    each stage.
    """

    vector: NDArray[np.float64]
    truths: NDArray[np.int8]
    stage: NDArray[np.uint8]
    profile: Instants
    passed: Instants
    last_shown: Instants
    shown_rows: Instants
    held: Held
    stopped: Mask

    def shown_at(self, row: int) -> int:
        """When this customer was last shown an offer that they were shown before."""
        number = int(np.flatnonzero(self.shown_rows == row)[0])
        return int(self.last_shown[self.last_shown[:, 0] == number, 1][0])


def sift(
    publication: CompiledPublication,
    placement: CompiledPlacement,
    inputs: Mapping[str, Any],
    *,
    arm: Arm,
    channel: str,
    now: int,
    last_shown: Instants,
    shown_rows: Instants,
    held: Held,
    stopped: Mask,
) -> Sifted:
    """Take every offer of the publication through the stages, in the order of `STAGES`; `inputs` are the rules'."""
    columns, size = publication.columns, len(publication.offers)
    vector, truths = publication.rules.read(inputs)
    meant = placement.meant if channel == placement.channel else np.zeros(size, np.bool_)
    stage, profile, passed = np.empty(size, np.uint8), np.empty(size, np.int64), np.empty(len(STAGES), np.int64)
    sifting.sift.run(
        truths, columns.table, columns.profile_rule, meant, stopped, _lacking(columns.skills, inputs), held.withheld,
        held.counts, held.most, last_shown, shown_rows, now, arm.has_suitability, stage, profile, passed,
    )  # fmt: skip
    return Sifted(vector, truths, stage, profile, passed, last_shown, shown_rows, held, stopped)


def _lacking(skills: tuple[frozenset[str], ...], inputs: Mapping[str, Any]) -> Mask:
    """For each set of skills, whether the agent lacks one of them."""
    if not skills:
        return _NO_SKILLS
    has = frozenset(inputs.get(SKILLS, ()))
    return np.array([not needed <= has for needed in skills], np.bool_)


_NO_SKILLS = np.zeros(0, np.bool_)
