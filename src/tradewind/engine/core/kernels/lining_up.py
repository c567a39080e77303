"""Who competes: `always` offers first, then one tier, and only then defaults; and where a group is full."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined
from tradewind.engine.core.kernels.chances import IN_ORDER, UNIFORM
from tradewind.engine.core.kernels.sifting import DISPLAY, OFFER_GROUP, PRIORITY
from tradewind.engine.core.kernels.trees import ROW

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ALWAYS, BY_PRIORITY, BY_DEFAULT = 0, 1, 2


@inlined
def is_open(group: int, taken: Ints, per_group: int, group_left: Ints) -> bool:
    """Whether a group has a place left."""
    return bool(taken[group] < per_group and (len(group_left) == 0 or taken[group] < group_left[group]))


@inlined
def in_order(scores: Floats, display: Ints, shown_as: int, members: Ints) -> int:
    """Fill `members` with those of one display mode, highest score first, equal ones as published; how many."""
    size = 0
    for index in range(len(scores)):
        if display[index] == shown_as:
            place = size
            while place > 0 and scores[members[place - 1]] < scores[index]:
                members[place] = members[place - 1]
                place -= 1
            members[place] = index
            size += 1
    return size


@inlined
def tier_of(priorities: Ints, display: Ints, uniform: float, members: Ints) -> tuple[int, float]:
    """Fill `members` with those that compete; how many, and how probable it was that it is they.

    The highest tier (1) competes, or with a `uniform` in [0, 1) one that is drawn.
    """
    tiers, tier = 0, -1
    lowest = next_tier(priorities, display, -1)
    while lowest >= 0:
        tiers += 1
        lowest = next_tier(priorities, display, lowest)
    skipped = 0 if uniform < 0.0 else int(uniform * tiers)
    for _ in range(min(skipped + 1, tiers)):
        tier = next_tier(priorities, display, tier)
    size = 0
    for index in range(len(display)):
        if display[index] == BY_PRIORITY and priorities[index] == tier:
            members[size] = index
            size += 1
    return size, 1.0 if uniform < 0.0 else 1.0 / max(tiers, 1)


@inlined
def next_tier(priorities: Ints, display: Ints, after: int) -> int:
    """The lowest priority above `after` that an offer has; negative where there is none."""
    found = -1
    for index in range(len(display)):
        if display[index] == BY_PRIORITY and priorities[index] > after and (found < 0 or priorities[index] < found):
            found = priorities[index]
    return found


@inlined
def columns_of(found: Ints, offers: Ints, allowed: int) -> tuple[Ints, Ints, Ints]:
    """The group, the display mode and the priority of each candidate."""
    groups, display, priorities = np.empty(allowed, np.int64), np.empty(allowed, np.int64), np.empty(allowed, np.int64)
    for each in range(allowed):
        groups[each] = offers[OFFER_GROUP, found[ROW, each]]
        display[each] = offers[DISPLAY, found[ROW, each]]
        priorities[each] = offers[PRIORITY, found[ROW, each]]
    return groups, display, priorities


@inlined
def line_up(
    policy: int,
    scores: Floats,
    groups: Ints,
    display: Ints,
    priorities: Ints,
    limit: int,
    group_left: Ints,
    tier_uniform: float,
    taken: Ints,
    members: Ints,
    picks: Ints,
) -> tuple[int, int, int, float]:
    """Fill `picks` with the `always` offers, and `members` with those that compete for the ranks behind them.

    Returns:
        How many stand above, how many compete, by which policy (`IN_ORDER` among defaults), and how probable it was
        that it is they.
    """
    for each in range(len(scores)):
        members[each] = each
    if policy == UNIFORM:
        return 0, len(scores), policy, 1.0
    above = 0
    for each in range(in_order(scores, display, ALWAYS, members)):
        index = members[each]
        if above < limit and is_open(groups[index], taken, limit, group_left):
            picks[above] = index
            taken[groups[index]] += 1
            above += 1
    size, tier_chance = tier_of(priorities, display, tier_uniform, members)
    if size > 0:
        return above, size, policy, tier_chance
    return above, in_order(scores, display, BY_DEFAULT, members), IN_ORDER, tier_chance
