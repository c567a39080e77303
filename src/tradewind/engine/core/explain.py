"""Why, and why not: where each offer of a decision ended, with the values seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tradewind.engine.core.budgets import has_budget
from tradewind.engine.core.contact_policy import DAY
from tradewind.engine.core.decide import Decided
from tradewind.engine.core.funnel import SKILLS, STAGES
from tradewind.engine.core.predictors.leaves import MICRO
from tradewind.engine.core.published import ALWAYS, DEFAULT, Columns, CompiledOffer, CompiledPolicy

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fate:
    """The stage an offer did not pass (`shown` when it passed all), and the reason in words with the values seen."""

    offer: str
    stage: str
    reason: str
    propensity: float | None = None
    score: float | None = None
    selection_probability: float | None = None
    rank: int | None = None


def fates(decided: Decided) -> tuple[Fate, ...]:
    """Every offer's fate, in the order of the publication."""
    return tuple(_Explanation(decided).fate(row) for row in range(len(decided.compiled.offers)))


class _Explanation:
    def __init__(self, decided: Decided) -> None:
        self.decided = decided
        self.candidate = {int(row): index for index, row in enumerate(decided.candidates.rows)}
        self.rank = {pick.candidate: number for number, pick in enumerate(decided.ranking.picks)}
        self.considered = frozenset(decided.ranking.considered.tolist())

    def fate(self, row: int) -> Fate:
        offer = self.decided.compiled.offers[row]
        for stage, passed in zip(STAGES, self.decided.sifted.passed, strict=True):
            if not passed[row]:
                return Fate(offer.id, stage, getattr(self, f"not_{stage}")(row, offer))
        return self.competed(offer, self.candidate[row])

    def competed(self, offer: CompiledOffer, index: int) -> Fate:
        propensity = float(self.decided.candidates.propensity[index])
        score = float(self.decided.candidates.score[index])
        if index in self.rank:
            shown = self.decided.shown[self.rank[index]].shown
            chance = shown.selection_probability
            return Fate(offer.id, "shown", f"shown at rank {shown.rank}", propensity, score, chance, shown.rank)
        return Fate(offer.id, "ranked", self.lost(offer, index, score), propensity, score)

    def lost(self, offer: CompiledOffer, index: int, score: float) -> str:
        """Why an allowed offer is not among those shown."""
        if index not in self.considered:
            kind = "a default offer, and there are others" if offer.display == DEFAULT else f"tier {offer.priority}"
            return f"{kind}; only the highest tier that has an offer competes"
        if full := self.full_policy(offer):
            return full
        last = self.decided.shown[-1].shown if self.decided.shown else None
        if self.full_group(offer):
            return f"its group {offer.group} has no place left"
        if last is None or offer.display == ALWAYS or self.decided.arm == "control":
            return "no place left"
        return f"not drawn: score {score:.6g}, that of rank {last.rank} is {last.score:.6g}"

    def full_policy(self, offer: CompiledOffer) -> str | None:
        """The contact policy whose last places went to the offers that this decision shows."""
        held, shown = self.decided.sifted.held, [proposal.shown for proposal in self.decided.shown]
        for policy, counts in zip(held.policies, held.counts, strict=True):
            if policy.counts != "shown" or policy.scope == "offer":
                continue
            taken = sum(policy.scope == "all" or each.group == offer.group for each in shown)
            count = int(counts[self.decided.compiled.rows[offer.id]])
            if count + taken >= policy.max:
                return f"{_capped(policy, count, offer)}; the offers shown take what is left"
        return None

    def full_group(self, offer: CompiledOffer) -> bool:
        most = self.decided.compiled.placements[self.decided.placement].per_group
        return most is not None and sum(p.shown.group == offer.group for p in self.decided.shown) >= most

    # ------------------------------------------------------------ one method a stage

    def not_valid(self, row: int, offer: CompiledOffer) -> str:
        columns = self.decided.compiled.columns
        if self.decided.sifted.stopped[row]:
            return "stopped"
        if self.decided.now < columns.starts_at[row]:
            return f"starts at {_instant(int(columns.starts_at[row]))}"
        return f"ended at {_instant(int(columns.ends_at[row]))}"

    def not_eligible(self, row: int, offer: CompiledOffer) -> str:
        return f"eligibility {self.rule(offer.eligibility)}"

    def not_applicable(self, row: int, offer: CompiledOffer) -> str:
        placement = self.decided.compiled.placements[self.decided.placement]
        if not placement.offers[row]:
            return f"not for the placement {placement.name}"
        if self.decided.request.channel != placement.channel:
            return f"{placement.name} is on the channel {placement.channel}, asked was {self.decided.request.channel}"
        if placement.channel not in offer.treatments:
            return f"no treatment for the channel {placement.channel}"
        lacking = offer.agent_skills - frozenset(self.decided.request.context.values.get(SKILLS, ()))
        return f"the agent lacks {', '.join(sorted(lacking))}"

    def not_suitable(self, row: int, offer: CompiledOffer) -> str:
        seen = [f"{profile.id} {self.rule(profile.rule)}" for profile in offer.profiles]
        return f"no recipient profile holds: {'; '.join(seen)}"

    def not_allowed(self, row: int, offer: CompiledOffer) -> str:
        columns, held = self.decided.compiled.columns, self.decided.sifted.held
        if offer.purpose_of_consent in held.unconsented:
            return f"no consent to {offer.purpose_of_consent} on {self.decided.request.channel}"
        for policy, counts in zip(held.policies, held.counts, strict=True):
            if counts[row] >= policy.max:
                return _capped(policy, int(counts[row]), offer)
        if held.today[row] >= columns.per_day[row]:
            return f"shown {held.today[row]} times today, at most {columns.per_day[row]} a day"
        if held.total[row] >= columns.total[row]:
            return f"shown {held.total[row]} times, at most {columns.total[row]} in all"
        if row in columns.budgeted and not has_budget(columns, held.spent, self.decided.now)[row]:
            return _overspent(int(held.spent[row]), columns, row)
        at = self.decided.sifted.last_shown[offer.id]
        return f"shown at {_instant(at)}, again after {int(columns.reoffer_after[row]) // DAY} days"

    def rule(self, rule: int) -> str:
        """A rule that does not hold, and what it saw."""
        compiled, values = self.decided.compiled, self.decided.inputs
        names = compiled.rule_names[rule]
        seen = ", ".join(f"{name} = {_say(values[name])}" if name in values else f"{name} missing" for name in names)
        said = "is unknown" if self.decided.sifted.truths[rule] == 1 else "does not hold"
        return f"{said} ({seen})" if seen else said


def _capped(policy: CompiledPolicy, count: int, offer: CompiledOffer) -> str:
    """A contact policy and its numbers."""
    what = {"offer": "the offer", "group": f"the group {offer.group}", "all": "all offers"}[policy.scope]
    where = f" on {', '.join(sorted(policy.channels))}" if policy.channels else ""
    days = "1 day" if policy.days == 1 else f"{policy.days} days"
    numbers = f"{policy.counts} {count} of at most {policy.max} times in {days}{where}"
    return f"contact policy {policy.name}: {what} {numbers}"


def _overspent(spent: int, columns: Columns, row: int) -> str:
    """A budget's numbers; with a beginning and an end it is spent evenly between them."""
    budget, cost = int(columns.budget[row]), int(columns.cost[row])
    why = "not yet due at an even pace" if spent + cost <= budget else f"an acceptance costs {cost / MICRO:g}"
    return f"budget: {spent / MICRO:g} of {budget / MICRO:g} spent, {why}"


def _instant(at: int) -> str:
    return (_EPOCH + timedelta(microseconds=at)).isoformat(timespec="seconds").replace("+00:00", "Z")


def _say(value: Any) -> str:
    match value:
        case float():
            return f"{value:g}"
        case datetime():
            return value.isoformat()
        case tuple():
            return f"[{', '.join(map(str, value))}]"
        case _:
            return str(value)
