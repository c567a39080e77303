"""How many of one customer's contacts count for each policy and offer, and how many more may be shown now."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SCOPE, KIND, MOST, SINCE, CAPS = range(5)
POLICY_FIELDS = 5
ALL, PER_GROUP, PER_OFFER = range(3)
PLENTY = 2**62


@inlined
def place_of(number: int, places: Ints) -> int:
    """The place of a number, negative where it has none."""
    return places[number] if number < len(places) else -1


@inlined
def tally(
    contacts: Ints,
    whats: Ints,
    policy: Ints,
    channels: Flags,
    rows: Ints,
    groups: Ints,
    in_offer: Ints,
    in_group: Ints,
) -> int:
    """Count the contacts of one policy, for each offer and each group; how many there are in all."""
    in_offer[:] = 0
    in_group[:] = 0
    in_all = 0
    for contact in range(len(contacts)):
        what = contacts[contact, 2]
        channel = min(whats[3, what], len(channels) - 1)
        if whats[0, what] == policy[KIND] and contacts[contact, 1] >= policy[SINCE] and channels[channel]:
            in_all += 1
            row, group = place_of(whats[1, what], rows), place_of(whats[2, what], groups)
            if row >= 0:
                in_offer[row] += 1
            if group >= 0:
                in_group[group] += 1
    return in_all


@kernel("i8(i8[:,::1], i8[:,::1], i8[:,::1], b1[:,::1], i8[::1], i8[::1], i8[::1], i8[:,::1], i8[::1])")
def count(
    contacts: Ints,
    whats: Ints,
    policies: Ints,
    channels: Flags,
    rows: Ints,
    groups: Ints,
    group_of: Ints,
    counts: Ints,
    group_left: Ints,
) -> int:
    """Count contacts for every policy.

    Args:
        contacts: (recorded at, occurred at, what) of each of the customer's contacts.
        whats: kind, offer, group and channel of each sort of contact, one row per field.
        policies: scope, kind, cap, first instant that counts, and whether it caps what is shown, for each policy.
        channels: whether each channel counts, for each policy; the last is any other.
        rows, groups: the row of each offer's and group's number in the publication, negative where it has none.
        group_of: the group of each of the publication's offers.
        counts: filled with the contacts that count, for each policy and offer.
        group_left: filled with how many more of each group may be shown.

    Returns:
        How many more offers may be shown in all.
    """
    left = PLENTY
    group_left[:] = PLENTY
    in_group = np.zeros(len(group_left), np.int64)
    for policy in range(len(policies)):
        scope, most = policies[policy, SCOPE], policies[policy, MOST]
        in_all = tally(contacts, whats, policies[policy], channels[policy], rows, groups, counts[policy], in_group)
        for row in range(len(group_of)):
            if scope == ALL:
                counts[policy, row] = in_all
            elif scope == PER_GROUP:
                counts[policy, row] = in_group[group_of[row]]
        if policies[policy, CAPS] and scope == ALL:
            left = min(left, max(0, most - in_all))
        if policies[policy, CAPS] and scope == PER_GROUP:
            for group in range(len(group_left)):
                group_left[group] = min(group_left[group], max(0, most - in_group[group]))
    return left
