"""Which tier a partner has reached, what the next one still asks for, and how its goals stand. All of it is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tradewind.crm.channel.measures import LEFT_OUT, Period, measured
from tradewind.crm.channel.models import Goal, Partner, Tier, TierCriterion
from tradewind.crm.channel.rules import MONEY

COUNTED_OVER: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Progress:
    """One criterion or goal with what was done."""

    asked: TierCriterion | Goal
    needed: int
    done: int
    left_out: int = 0
    """Orders in other currencies, whose sums are not in what was done."""

    @property
    def label(self) -> str:
        return self.asked.get_measure_display()

    @property
    def is_met(self) -> bool:
        return self.done >= self.needed

    @property
    def is_money(self) -> bool:
        return self.asked.measure in MONEY

    @property
    def share(self) -> float:
        """How much of it is done, at most all."""
        return min(1.0, self.done / self.needed)


@dataclass(frozen=True, slots=True)
class Standing:
    """The highest tier of which everything is met, the one after it with its progress, and the goals."""

    reached: Tier | None
    following: Tier | None
    progress: Sequence[Progress]
    goals: Sequence[Progress] = ()

    @property
    def met(self) -> int:
        return sum(each.is_met for each in self.progress)


def progress_of(asked: TierCriterion | Goal, needed: int, done: Mapping[str, int]) -> Progress:
    left_out = done.get(LEFT_OUT, 0) if asked.measure in MONEY else 0
    return Progress(asked, needed, done[asked.measure], left_out)


def standing(partner: Partner, *, on_date: date, goals: Iterable[Goal] = ()) -> Standing:
    """Where a partner stands: its tier, counted over the year that ends with this day, and these goals."""
    tiers = list(Tier.objects.filter(programme=partner.programme_id).order_by("rank").prefetch_related("criteria"))
    year, asked = Period(on_date - COUNTED_OVER, on_date), list(goals)
    periods = [Period(goal.since_date, goal.until_date) for goal in asked] + [year] * bool(tiers)
    done = measured(partner, periods, on_date=on_date)
    reached = [progress_of(goal, goal.target, done[period]) for goal, period in zip(asked, periods, strict=False)]
    found = stand(tiers, done.get(year, {}))
    return Standing(found.reached, found.following, found.progress, reached)


def stand(tiers: Sequence[Tier], done: Mapping[str, int]) -> Standing:
    """The standing from tiers in their order and what was done; a tier counts only where those below it are met."""
    reached: Tier | None = None
    for tier in tiers:
        progress = [progress_of(each, each.at_least, done) for each in tier.criteria.all()]
        if not all(each.is_met for each in progress):
            return Standing(reached, tier, progress)
        reached = tier
    return Standing(reached, None, ())
