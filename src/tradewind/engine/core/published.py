"""A publication made ready to decide with: offers, profiles, treatments and placements, and their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.actions import Doings
from tradewind.engine.core.conditions import Expr, Rules
from tradewind.engine.core.context import Declared
from tradewind.engine.core.populating import Population
from tradewind.engine.core.presentations import Outcome
from tradewind.engine.core.scales import Scales
from tradewind.engine.core.wording import Wording

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Instants = NDArray[np.int64]

SKILLS = "agent.skills"
"""The attribute that says what the agent of a call can do."""


@dataclass(frozen=True, slots=True)
class CompiledProfile:
    """A recipient profile; `rule` is its index among the publication's rules."""

    id: str
    label: str
    rule: int
    suitability: Mapping[str, Wording]


@dataclass(frozen=True, slots=True)
class CompiledTreatment:
    """The words of an offer in one language; `texts` by their name, such as `title`, `names` what they want.

    `plain` are the texts of one that wants nothing."""

    id: str
    language: str
    texts: Mapping[str, Wording]
    names: tuple[str, ...]
    plain: Mapping[str, str] = field(default_factory=dict)

    def said(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """The texts with every value in its place."""
        return self.plain or {name: wording.fill(values) for name, wording in self.texts.items()}


@dataclass(frozen=True, slots=True)
class CompiledOffer:
    """One offer; `treatments` by channel in the marketer's order, `eligibility` a rule's index."""

    id: str
    version: int
    group: str
    display: int
    priority: int
    value: float
    cost: float
    purpose_of_consent: str | None
    agent_skills: frozenset[str]
    eligibility: int
    profiles: tuple[CompiledProfile, ...]
    treatments: Mapping[str, tuple[CompiledTreatment, ...]]


@dataclass(frozen=True, slots=True)
class CompiledPlacement:
    """Where offers are shown; `offers` marks those that name it, `wants` what their rules and texts look at.

    `meant` marks those that have a treatment for its channel too. `levers` are its context weights as (rule, group),
    with their `lever_weights`; `policy` a number of `kernels.chances`. `ranked_by_scorer`
    says whether scorers rank and not the profiles.
    """

    name: str
    channel: str
    limit: int
    policy: int
    floor: float
    introduction: float
    ranked_by_scorer: bool
    control_percent: float
    exponent: float
    per_group: int | None
    levers: Instants
    lever_weights: Floats
    offers: Mask
    offer_count: int
    meant: Mask
    wants: frozenset[str]


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """At most `max` contacts of a sort in `days` calendar days; `channels` empty means all of them together."""

    name: str
    scope: str
    counts: str
    max: int
    days: int
    channels: frozenset[str]


@dataclass(frozen=True, slots=True)
class CompiledEvent:
    """A declared event. `input` is the JSON Schema of its attributes, held by the service before `fill`.

    `asks` are the attributes that it may look at and that may come from elsewhere than the call; `budget_ms`
    is the time there is for that.
    """

    name: str
    input: Mapping[str, Any]
    placement: str | None
    presents: bool
    doings: Doings
    asks: tuple[str, ...]
    budget_ms: int


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry per offer; `first_profile` points into the flat `profile_rule`.

    `table` and `worth` are what kernels read: a row per field of `kernels.sifting`, and value and weight.
    `per_day` and `total` are limits, a huge number where there is none; `limited_…` are the rows that have one.
    `budget` and `cost` are millionths of the unit of cost; `budgeted` are the rows that have a budget.
    `purposes` are the rows that need consent, by the purpose that they need it for. `is_limited` if any offer has a
    limit or a budget, or needs consent.
    """

    starts_at: Instants
    ends_at: Instants
    reoffer_after: Instants
    per_day: Instants
    total: Instants
    limited_per_day: Rows
    limited_in_total: Rows
    budget: Instants
    cost: Instants
    budgeted: Rows
    group: Rows
    first_profile: Rows
    profile_rule: Rows
    skills: tuple[frozenset[str], ...]
    purposes: Mapping[str, Rows]
    table: Instants
    worth: Floats
    is_limited: bool


@dataclass(frozen=True, slots=True)
class CompiledPublication:
    """Everything a decision may use, immutable; `attributes` by full name, `rules` in one batch.

    `profiles` are those of all offers, in the order of the columns. `scales` put what the rules have read into bins;
    `rule_texts` and `expressions` are the same rules, as they were written and as trees.
    """

    number: int
    attributes: Declared
    rules: Rules
    scales: Scales
    rule_texts: tuple[str, ...]
    expressions: tuple[Expr, ...]
    offers: tuple[CompiledOffer, ...]
    profiles: tuple[CompiledProfile, ...]
    columns: Columns
    placements: Mapping[str, CompiledPlacement]
    events: Mapping[str, CompiledEvent]
    outcomes: Mapping[str, Outcome]
    rows: Mapping[str, int]
    groups: tuple[str, ...]
    policies: tuple[CompiledPolicy, ...]
    zone: ZoneInfo
    population: Population

    @property
    def is_scored(self) -> bool:
        """Whether scorers rank anywhere."""
        return any(placement.ranked_by_scorer for placement in self.placements.values())

    def leaves(self) -> list[tuple[str, str, str]]:
        """(offer, profile, group) of every recipient profile, in the order of the columns."""
        return [(offer.id, profile.id, offer.group) for offer in self.offers for profile in offer.profiles]
