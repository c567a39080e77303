"""The first step of a decision: the stage that each offer does not pass, the rules of all being known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

STARTS_AT, ENDS_AT, REOFFER_AFTER, ELIGIBILITY, FIRST_PROFILE, PROFILES, SKILLS = range(7)
OFFER_GROUP, DISPLAY, PRIORITY = 7, 8, 9
COLUMNS = 10

VALID, ELIGIBLE, APPLICABLE, SUITABLE, HELD_BACK, ALLOWED = range(6)
"""What `stage` says of an offer: the stage that it did not pass, or that it is allowed."""

NO_SKILLS = -1
NO_PROFILE = -1
TRUE = 2
WAITS = 1


@inlined
def mark_waiting(last_shown: Ints, rows: Ints, offers: Ints, now: int, stage: NDArray[np.uint8]) -> None:
    """Mark the offers whose own wait is not over for this customer."""
    stage[:] = 0
    for contact in range(len(last_shown)):
        number = last_shown[contact, 0]
        row = rows[number] if number < len(rows) else -1
        if row >= 0 and offers[REOFFER_AFTER, row] > 0 and now - last_shown[contact, 1] < offers[REOFFER_AFTER, row]:
            stage[row] = WAITS


@inlined
def first_profile(truths: NDArray[np.int8], offers: Ints, profile_rules: Ints, row: int, has_suitability: bool) -> int:
    """The first profile of an offer that holds; the first of all where suitability does not matter and none does."""
    first = offers[FIRST_PROFILE, row]
    for profile in range(first, first + offers[PROFILES, row]):
        if truths[profile_rules[profile]] == TRUE:
            return profile
    return NO_PROFILE if has_suitability else first


@inlined
def is_capped(counts: Ints, most: Ints, row: int) -> bool:
    """Whether a contact policy has had all its contacts with an offer."""
    capping = 0
    for policy in range(len(most)):
        capping += counts[policy, row] >= most[policy]
    return capping > 0


@kernel(
    "void(i1[::1], i8[:,::1], i8[::1], b1[::1], b1[::1], b1[::1], b1[::1], i8[:,::1], i8[::1],"
    " i8[:,::1], i8[::1], i8, b1, u1[::1], i8[::1], i8[::1])"
)
def sift(
    truths: NDArray[np.int8],
    offers: Ints,
    profile_rules: Ints,
    meant: Flags,
    stopped: Flags,
    lacking: Flags,
    withheld: Flags,
    counts: Ints,
    most: Ints,
    last_shown: Ints,
    rows: Ints,
    now: int,
    has_suitability: bool,
    stage: NDArray[np.uint8],
    profile: Ints,
    passed: Ints,
) -> None:
    """Take every offer through the stages.

    Args:
        truths: of the publication's rules: 0 false, 1 unknown, 2 true.
        offers: the publication's columns, one row per field above.
        profile_rules: the rule of each profile, offer by offer.
        meant: the offer is for this placement and has a treatment for its channel.
        stopped: it is stopped.
        lacking: for each set of skills, whether the agent lacks one of them.
        withheld: a limit or a budget holds it back.
        counts, most: for each contact policy, the contacts that count for each offer, and its cap.
        last_shown: (offer's number, instant) of what this customer was shown.
        rows: the row of each such number, negative where it is not published.
        now: when the event occurred.
        has_suitability: whether recipient profiles and skills hold offers back.
        stage: filled with the stage that each offer did not pass, or `ALLOWED`.
        profile: filled with the first profile of each offer that holds, where it got that far.
        passed: filled with how many passed each stage.
    """
    mark_waiting(last_shown, rows, offers, now, stage)
    passed[:] = 0
    for row in range(len(stage)):
        waits = stage[row] == WAITS
        profile[row] = NO_PROFILE
        if stopped[row] or now < offers[STARTS_AT, row] or now >= offers[ENDS_AT, row]:
            stage[row] = VALID
            continue
        passed[VALID] += 1
        if truths[offers[ELIGIBILITY, row]] != TRUE:
            stage[row] = ELIGIBLE
            continue
        passed[ELIGIBLE] += 1
        skills = offers[SKILLS, row]
        if not meant[row] or (has_suitability and skills != NO_SKILLS and lacking[skills]):
            stage[row] = APPLICABLE
            continue
        passed[APPLICABLE] += 1
        profile[row] = first_profile(truths, offers, profile_rules, row, has_suitability)
        if profile[row] == NO_PROFILE:
            stage[row] = SUITABLE
            continue
        passed[SUITABLE] += 1
        if waits or withheld[row] or is_capped(counts, most, row):
            stage[row] = HELD_BACK
            continue
        passed[HELD_BACK] += 1
        stage[row] = ALLOWED
