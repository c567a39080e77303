"""The first step of a decision: valid, eligible, applicable, suitable, allowed; all offers at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tradewind.engine.core.arms import Arm
from tradewind.engine.core.conditions import Rules
from tradewind.engine.core.contact_policy import may_reoffer
from tradewind.engine.core.context import Context
from tradewind.engine.core.holding import Held
from tradewind.engine.core.published import Columns, CompiledPlacement, CompiledPublication, Mask, Rows

STAGES = ("valid", "eligible", "applicable", "suitable", "allowed")
SKILLS = "agent.skills"
TRUE = 2

_NONE = np.iinfo(np.intp).max


@dataclass(frozen=True, slots=True)
class Sifted:
    """For each offer, stage by stage, whether it passed this stage and all before it.

    `truths` are the answers of the publication's rules (0 false, 1 unknown, 2 true); `profile` points to the
    first profile that holds, in the flat order of the columns; `last_shown` are this customer's counters, `held`
    what the contact policies and limits say, `stopped` the offers of an emergency stop.
    """

    truths: np.ndarray[tuple[int, ...], np.dtype[np.int8]]
    passed: tuple[Mask, ...]
    profile: Rows
    last_shown: Mapping[str, int]
    held: Held
    stopped: Mask

    @property
    def allowed(self) -> Rows:
        """The offers that passed every stage."""
        return np.flatnonzero(self.passed[-1])


def sift(
    publication: CompiledPublication,
    placement: CompiledPlacement,
    context: Context,
    *,
    arm: Arm,
    channel: str,
    now: int,
    last_shown: Mapping[str, int],
    held: Held,
    stopped: Mask,
) -> Sifted:
    """Take every offer of the publication through the stages, in the order of `STAGES`."""
    columns = publication.columns
    truths = _truths(publication.rules, context)
    valid = (columns.starts_at <= now) & (now < columns.ends_at) & ~stopped
    eligible = valid & (truths[columns.eligibility] == TRUE)
    applicable = eligible & _applicable(columns, placement, context, channel, skilled=arm.has_suitability)
    profile = _first_profile(columns, truths)
    if not arm.has_suitability:
        profile = np.where(profile == _NONE, columns.first_profile, profile)
    suitable = applicable & (profile != _NONE)
    allowed = suitable & held.allowed & _allowed(publication, now, last_shown)
    return Sifted(truths, (valid, eligible, applicable, suitable, allowed), profile, last_shown, held, stopped)


def _truths(rules: Rules, context: Context) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
    return rules.truths(context.values)


def _applicable(
    columns: Columns, placement: CompiledPlacement, context: Context, channel: str, *, skilled: bool
) -> Mask:
    """The offer names this placement, has a treatment for the channel, and the agent has the skills it asks for."""
    spoken = columns.channels.get(channel)
    if spoken is None or channel != placement.channel:
        return np.zeros(len(columns.value), bool)
    applicable = placement.offers & spoken
    skills = frozenset(context.values.get(SKILLS, ()))
    for needed, offers in columns.skills if skilled else ():
        if not needed <= skills:
            applicable &= ~offers
    return applicable


def _first_profile(columns: Columns, truths: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> Rows:
    """The first profile of each offer whose rule holds."""
    if not len(columns.first_profile):
        return columns.first_profile
    holds = truths[columns.profile_rule] == TRUE
    places = np.where(holds, np.arange(len(holds), dtype=np.intp), _NONE)
    return np.minimum.reduceat(places, columns.first_profile)


def _allowed(publication: CompiledPublication, now: int, last_shown: Mapping[str, int]) -> Mask:
    """The offer's own wait is over for this customer."""
    allowed = np.ones(len(publication.offers), bool)
    for offer, at in last_shown.items():
        row = publication.rows.get(offer)
        if row is None:
            continue
        wait = int(publication.columns.reoffer_after[row])
        if wait and not may_reoffer(at, now, wait):
            allowed[row] = False
    return allowed
