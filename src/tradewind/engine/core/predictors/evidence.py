"""What presentations add to a leaf."""

from __future__ import annotations

from typing import NamedTuple

from tradewind.engine.core.kernels.trees import MICRO

__all__ = ["MICRO", "NOTHING", "Evidence"]


class Evidence(NamedTuple):
    """What presentations add to a leaf, each `shown` 0 or 1, `accepted` 0 or 1, and `reward` in millionths.

    What was due to the agent is not in the reward, so it may be below nothing or above one.
    """

    shown: int = 0
    accepted: int = 0
    reward: int = 0


NOTHING = Evidence()
