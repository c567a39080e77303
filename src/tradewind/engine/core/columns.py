"""A publication's offers as arrays, one entry per offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from tradewind.engine import wire
from tradewind.engine.core.instants import DAY, microseconds
from tradewind.engine.core.kernels.sifting import (
    ENDS_AT,
    FIRST_PROFILE,
    NO_SKILLS,
    OFFER_GROUP,
    REOFFER_AFTER,
    STARTS_AT,
)
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.published import Columns, CompiledOffer, Instants

MOST_EARLY, MOST_LATE = -(2**62), 2**62


def columns_of(
    documents: Sequence[wire.Offer], offers: Sequence[CompiledOffer], group_index: Mapping[str, int]
) -> Columns:
    """The columns of offers; `documents` are the same as they were published, `group_index` numbers their groups."""
    profiles = np.array([len(offer.profiles) for offer in offers], np.int64)
    first_profile = np.cumsum(profiles) - profiles
    skills = tuple(sorted({offer.agent_skills for offer in offers if offer.agent_skills}, key=sorted))
    purposes = {offer.purpose_of_consent for offer in offers if offer.purpose_of_consent is not None}
    per_day, total = _limits([o.limits.per_day for o in documents]), _limits([o.limits.total for o in documents])
    budget = _limits([None if o.limits.budget is None else round(o.limits.budget * MICRO) for o in documents])
    table = [
        [_instant(o.starts_at, MOST_EARLY) for o in documents],
        [_instant(o.ends_at, MOST_LATE) for o in documents],
        [(o.reoffer_after_days or 0) * DAY for o in documents],
        [o.eligibility for o in offers],
        first_profile,
        profiles,
        [skills.index(o.agent_skills) if o.agent_skills else NO_SKILLS for o in offers],
        [group_index[o.group] for o in offers],
        [o.display for o in offers],
        [o.priority for o in offers],
    ]
    columns = np.array(table, np.int64).reshape(len(table), len(offers))
    limited = [per_day < MOST_LATE, total < MOST_LATE, budget < MOST_LATE]
    return Columns(
        starts_at=columns[STARTS_AT],
        ends_at=columns[ENDS_AT],
        reoffer_after=columns[REOFFER_AFTER],
        per_day=per_day,
        total=total,
        limited_per_day=np.flatnonzero(limited[0]),
        limited_in_total=np.flatnonzero(limited[1]),
        budget=budget,
        cost=np.array([round(o.cost * MICRO) for o in documents], np.int64),
        budgeted=np.flatnonzero(limited[2]),
        group=columns[OFFER_GROUP],
        first_profile=columns[FIRST_PROFILE],
        profile_rule=np.array([profile.rule for offer in offers for profile in offer.profiles], np.int64),
        skills=skills,
        purposes={
            purpose: np.flatnonzero([o.purpose_of_consent == purpose for o in offers]) for purpose in sorted(purposes)
        },
        table=columns,
        worth=np.array([[o.value for o in documents], [o.weight for o in documents]], np.float64),
        is_limited=bool(purposes) or any(one.any() for one in limited),
    )


def _limits(limits: Sequence[int | None]) -> Instants:
    return np.array([MOST_LATE if most is None else min(most, MOST_LATE) for most in limits], np.int64)


def _instant(at: datetime | None, otherwise: int) -> int:
    return otherwise if at is None else microseconds(at)
