"""Why, and why not: where each offer of a decision ended, with the rule it failed and the values that rule saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tradewind.engine.core.budgets import has_budget
from tradewind.engine.core.conditions import Expr, evaluate, inputs_of, terms, to_text
from tradewind.engine.core.decide import Decided
from tradewind.engine.core.funnel import STAGES
from tradewind.engine.core.instants import DAY, instant, microseconds
from tradewind.engine.core.kernels.lining_up import ALWAYS, BY_DEFAULT
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.published import SKILLS, Columns, CompiledOffer, CompiledPolicy

_ARMS = {
    "control": "drawn at random for the control group",
    "no_levers": "in the arm without weights",
    "propensity_only": "in the arm that ranks by propensity alone",
    "eligibility_only": "in the arm without recipient profiles and agent skills",
    "random_tiers": "in the arm whose tier is drawn at random",
}
"""What is said of decisions that leave something out; nothing of the full one."""

_FIRST, _LAST = microseconds(datetime.min.replace(tzinfo=UTC)), microseconds(datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Fate:
    """The stage an offer did not pass (`shown` when it passed all), and the reason in words with the values seen.

    `rule` is what it failed first: the part of a condition in CEL, else the name of what held it back; `seen` are
    the values that it looked at, None those that were missing. `margin` is the score lost against the last shown.
    """

    offer: str
    stage: str
    reason: str
    rule: str | None = None
    seen: Mapping[str, Any] | None = None
    propensity: float | None = None
    score: float | None = None
    margin: float | None = None
    selection_probability: float | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """A reason in words, the rule that it is about, and the values which that rule saw."""

    reason: str
    rule: str | None = None
    seen: Mapping[str, Any] | None = None


def fates(decided: Decided) -> tuple[Fate, ...]:
    """Every offer's fate, in the order of the publication."""
    return tuple(_Explanation(decided).fate(row) for row in range(len(decided.compiled.offers)))


class _Explanation:
    def __init__(self, decided: Decided) -> None:
        self.decided = decided
        self.values = decided.inputs
        self.placement = decided.compiled.placements[decided.placement]
        self.candidate = {int(row): index for index, row in enumerate(decided.candidates.rows)}
        self.rank = {pick: number for number, pick in enumerate(decided.ranking.picks)}

    def fate(self, row: int) -> Fate:
        offer = self.decided.compiled.offers[row]
        number = int(self.decided.sifted.stage[row])
        if number == len(STAGES):
            return self.competed(offer, self.candidate[row])
        why: Why = getattr(self, f"not_{STAGES[number]}")(row, offer)
        return Fate(offer.id, STAGES[number], why.reason, why.rule, why.seen)

    def competed(self, offer: CompiledOffer, index: int) -> Fate:
        propensity = float(self.decided.candidates.propensity[index])
        score = float(self.decided.candidates.score[index])
        if index in self.rank:
            shown = self.decided.shown[self.rank[index]].shown
            return Fate(
                offer.id,
                "shown",
                f"shown at rank {shown.rank}{self.in_arm()}",
                propensity=propensity,
                score=score,
                selection_probability=shown.selection_probability,
                rank=shown.rank,
            )
        why = self.lost(offer, index, score)
        return Fate(
            offer.id,
            "ranked",
            why.reason,
            why.rule,
            why.seen,
            propensity=propensity,
            score=score,
            margin=self.margin(score),
        )

    def in_arm(self) -> str:
        return f", {_ARMS[self.decided.arm]}" if self.decided.arm in _ARMS else ""

    def margin(self, score: float) -> float | None:
        """The score that was lost against the last offer shown; below zero where exploration preferred that one."""
        if not self.decided.shown or self.decided.arm == "control":
            return None
        return self.decided.shown[-1].shown.score - score

    def lost(self, offer: CompiledOffer, index: int, score: float) -> Why:
        """Why an allowed offer is not among those shown."""
        if not self.decided.ranking.competed[index]:
            return self.outranked(offer)
        if full := self.full_policy(offer):
            return full
        if full := self.full_group(offer):
            return full
        if self.decided.arm == "control":
            return Why("not drawn: the control group is shown allowed offers at random", "arm", {"arm": "control"})
        last = self.decided.shown[-1].shown if self.decided.shown else None
        if last is None or offer.display == ALWAYS:
            return Why("no place left", "limit", {"shown": len(self.decided.shown)})
        return Why(f"not drawn: score {score:.6g}, that of rank {last.rank} is {last.score:.6g}{self.in_arm()}")

    def outranked(self, offer: CompiledOffer) -> Why:
        """Only one tier competes, and default offers only where nothing else does."""
        only = "only the highest tier that has an offer competes"
        if offer.display == BY_DEFAULT:
            return Why(f"a default offer, and there are others; {only}", "display", {"display": "default"})
        offers, rows = self.decided.compiled.offers, self.decided.candidates.rows
        others = [offers[int(row)] for row in rows[self.decided.ranking.competed]]
        competing = min((other.priority for other in others if other.display != ALWAYS), default=None)
        if self.decided.arm == "random_tiers":
            only = f"tier {competing} was drawn"
        return Why(f"tier {offer.priority}; {only}", "priority", {"priority": offer.priority, "competing": competing})

    def full_policy(self, offer: CompiledOffer) -> Why | None:
        """The contact policy whose last places went to the offers that this decision shows."""
        held, shown = self.decided.sifted.held, [proposal.shown for proposal in self.decided.shown]
        for policy, counts in zip(held.policies, held.counts, strict=True):
            if policy.counts != "shown" or policy.scope == "offer":
                continue
            taken = sum(policy.scope == "all" or each.group == offer.group for each in shown)
            count = int(counts[self.decided.compiled.rows[offer.id]])
            if count + taken >= policy.max:
                capped = _capped(policy, count, offer)
                seen = {**(capped.seen or {}), "shown_now": taken}
                return Why(f"{capped.reason}; the offers shown take what is left", capped.rule, seen)
        return None

    def full_group(self, offer: CompiledOffer) -> Why | None:
        most = self.placement.per_group
        shown = sum(proposal.shown.group == offer.group for proposal in self.decided.shown)
        if most is None or shown < most:
            return None
        seen = {"group": offer.group, "shown": shown, "most": most}
        return Why(f"its group {offer.group} has no place left", "per_group", seen)

    # ------------------------------------------------------------ one method a stage

    def not_valid(self, row: int, offer: CompiledOffer) -> Why:
        columns, now = self.decided.compiled.columns, self.decided.now
        if self.decided.sifted.stopped[row]:
            return Why("stopped", "stop")
        name, word = ("starts_at", "starts") if now < columns.starts_at[row] else ("ends_at", "ended")
        at = _instant(int(getattr(columns, name)[row]))
        return Why(f"{word} at {at}", name, {name: at, "occurred_at": _instant(now)})

    def not_eligible(self, row: int, offer: CompiledOffer) -> Why:
        failed = self.rule(offer.eligibility)
        return Why(f"eligibility {failed.reason}", failed.rule, failed.seen)

    def not_applicable(self, row: int, offer: CompiledOffer) -> Why:
        placement, asked = self.placement, self.decided.request.channel
        if not placement.offers[row]:
            return Why(f"not for the placement {placement.name}", "placements", {"placement": placement.name})
        if asked != placement.channel:
            said = f"{placement.name} is on the channel {placement.channel}, asked was {asked}"
            return Why(said, "channel", {"channel": asked})
        if placement.channel not in offer.treatments:
            said = f"no treatment for the channel {placement.channel}"
            return Why(said, "treatments", {"channel": placement.channel})
        skills = self.values.get(SKILLS)
        lacking = offer.agent_skills - frozenset(skills or ())
        said = f"the agent lacks {', '.join(sorted(lacking))}"
        return Why(said, "agent_skills", {SKILLS: skills})

    def not_suitable(self, row: int, offer: CompiledOffer) -> Why:
        failed = [self.rule(profile.rule) for profile in offer.profiles]
        told = [f"{profile.id} {why.reason}" for profile, why in zip(offer.profiles, failed, strict=True)]
        return Why(f"no recipient profile holds: {'; '.join(told)}", failed[0].rule, failed[0].seen)

    def not_allowed(self, row: int, offer: CompiledOffer) -> Why:
        columns, held = self.decided.compiled.columns, self.decided.sifted.held
        if offer.purpose_of_consent in held.unconsented:
            purpose, channel = offer.purpose_of_consent, self.decided.request.channel
            return Why(
                f"no consent to {purpose} on {channel}", "purpose_of_consent", {"purpose": purpose, "channel": channel}
            )
        for policy, counts in zip(held.policies, held.counts, strict=True):
            if counts[row] >= policy.max:
                return _capped(policy, int(counts[row]), offer)
        today, per_day = int(held.today[row]), int(columns.per_day[row])
        if today >= per_day:
            seen = {"shown_today": today, "per_day": per_day}
            return Why(f"shown {today} times today, at most {per_day} a day", "limits.per_day", seen)
        total, most = int(held.total[row]), int(columns.total[row])
        if total >= most:
            return Why(f"shown {total} times, at most {most} in all", "limits.total", {"shown": total, "total": most})
        if row in columns.budgeted and not has_budget(columns, held.spent, self.decided.now)[row]:
            return _overspent(int(held.spent[row]), columns, row)
        at, days = _instant(self.decided.sifted.shown_at(row)), int(columns.reoffer_after[row]) // DAY
        return Why(f"shown at {at}, again after {days} days", "reoffer_after_days", {"shown_at": at, "days": days})

    def rule(self, rule: int) -> Why:
        """The part of a rule that does not hold, and what it saw."""
        part, is_unknown = self.failing(self.decided.compiled.expressions[rule])
        names = inputs_of(part)
        told = ", ".join(
            f"{name} = {_say(self.values[name])}" if name in self.values else f"{name} missing" for name in names
        )
        said = f"{'is unknown' if is_unknown else 'does not hold'}: {to_text(part)}"
        return Why(f"{said} ({told})" if told else said, to_text(part), {name: self.values.get(name) for name in names})

    def failing(self, rule: Expr) -> tuple[Expr, bool]:
        """The first of the terms joined by `&&` that is false, else the first unknown one; and which of both it is."""
        worth = [(term, evaluate(term, self.values)) for term in terms(rule)]
        for term, value in worth:
            if value is False:
                return term, False
        return next((term for term, value in worth if value is not True), rule), True


def _capped(policy: CompiledPolicy, count: int, offer: CompiledOffer) -> Why:
    """A contact policy and its numbers."""
    what = {"offer": "the offer", "group": f"the group {offer.group}", "all": "all offers"}[policy.scope]
    where = f" on {', '.join(sorted(policy.channels))}" if policy.channels else ""
    days = "1 day" if policy.days == 1 else f"{policy.days} days"
    numbers = f"{policy.counts} {count} of at most {policy.max} times in {days}{where}"
    seen = {policy.counts: count, "max": policy.max, "days": policy.days}
    return Why(f"contact policy {policy.name}: {what} {numbers}", f"contact policy {policy.name}", seen)


def _overspent(spent: int, columns: Columns, row: int) -> Why:
    """A budget's numbers; with a beginning and an end it is spent evenly between them."""
    budget, cost = int(columns.budget[row]), int(columns.cost[row])
    why = "not yet due at an even pace" if spent + cost <= budget else f"an acceptance costs {cost / MICRO:g}"
    seen = {"spent": spent / MICRO, "budget": budget / MICRO, "cost": cost / MICRO}
    return Why(f"budget: {spent / MICRO:g} of {budget / MICRO:g} spent, {why}", "limits.budget", seen)


def _instant(at: int) -> str:
    """In UTC; what lies beyond its calendar, as written in another time zone, is said as its first or last second."""
    within = min(max(at, _FIRST), _LAST)
    return instant(within).isoformat(timespec="seconds").replace("+00:00", "Z")


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
