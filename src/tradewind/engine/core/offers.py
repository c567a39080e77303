"""From a publication's document to what decisions use.

`compile_publication` checks everything that one message alone cannot say and answers with all faults at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from tradewind.engine import wire
from tradewind.engine.core.actions import doings
from tradewind.engine.core.columns import MOST_LATE, columns_of
from tradewind.engine.core.conditions import Expr, Rules, attributes
from tradewind.engine.core.context import declared
from tradewind.engine.core.instants import HOUR
from tradewind.engine.core.kernels.chances import GREEDY, SQUARECB, THOMPSON
from tradewind.engine.core.kernels.lining_up import ALWAYS, BY_DEFAULT, BY_PRIORITY
from tradewind.engine.core.populating import Population
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.presentations import BUILT_IN, Outcome
from tradewind.engine.core.publication_checks import Checks
from tradewind.engine.core.published import (
    SKILLS,
    CompiledEvent,
    CompiledOffer,
    CompiledPlacement,
    CompiledPolicy,
    CompiledProfile,
    CompiledPublication,
    CompiledTreatment,
)
from tradewind.engine.core.scales import Scales, readings
from tradewind.engine.core.wording import Wording

__all__ = [
    "BrokenPublication",
    "CompiledPublication",
    "canonical",
    "compile_publication",
    "digest_of",
    "label_of",
    "read_publication",
]

DISPLAYS = {"always": ALWAYS, "priority": BY_PRIORITY, "default": BY_DEFAULT}
POLICIES = {"greedy": GREEDY, "squarecb": SQUARECB, "thompson": THOMPSON}


def canonical(document: Mapping[str, Any] | wire.Publication) -> str:
    """The document as history keeps it: JSON, keys sorted, no spaces."""
    return msgspec.json.encode(msgspec.to_builtins(document), order="sorted").decode()


def digest_of(document: str) -> str:
    """The digest of a canonical document: 64 hexadecimal digits of SHA-256."""
    return sha256(document.encode()).hexdigest()


def read_publication(document: str) -> CompiledPublication:
    """Compile a canonical document that history holds.

    Raises:
        BrokenPublication: it is no publication, or does not compile any more; the fold must stop here.
    """
    try:
        read = msgspec.json.decode(document, type=wire.Publication)
    except msgspec.DecodeError as error:
        raise BrokenPublication(f"a document in history is no publication: {error}") from error
    compiled, faults, _ = compile_publication(read)
    if compiled is None:
        raise BrokenPublication("; ".join(f"{fault.path} {fault.message}" for fault in faults))
    return compiled


def label_of(profile: wire.Profile) -> str:
    """What a recipient profile is called where people read it."""
    return "everyone" if profile.rule.strip() == "true" else profile.rule


class BrokenPublication(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A publication in history cannot be read or does not compile with this version of the engine."""


def compile_publication(
    document: wire.Publication,
) -> tuple[CompiledPublication | None, list[wire.Fault], list[wire.Fault]]:
    """Check a publication as a whole and make it ready: (compiled or None, faults, warnings).

    Paths are JSON Pointers into the document, with line and column inside an expression. With any fault
    nothing is compiled.
    """
    checks = Checks.of(document)
    if checks.faults:
        return None, checks.faults, checks.warnings
    return _Build(document, checks.expressions).publication(), [], checks.warnings


class _Build:
    """One pass over a checked document; `expressions` are its rules by their text."""

    def __init__(self, document: wire.Publication, expressions: Mapping[str, Expr]) -> None:
        self.document = document
        self.rule_index = {text: index for index, text in enumerate(expressions)}
        self.expressions = expressions
        self.attributes = declared(document.condition_groups)
        self.population = Population.of(document)
        self.group_index: dict[str, int] = {}
        for offer in document.offers:
            self.group_index.setdefault(offer.group, len(self.group_index))

    def publication(self) -> CompiledPublication:
        offers = tuple(self.offer(offer) for offer in self.document.offers)
        names = tuple(tuple(a.key for a in attributes(rule)) for rule in self.expressions.values())
        placements = {p.name: self.placement(p, offers, names) for p in self.document.placements}
        rules = Rules.compile(list(self.expressions.values()), readings(self.attributes))
        return CompiledPublication(
            number=self.document.number,
            attributes=self.attributes,
            rules=rules,
            scales=Scales.of(self.attributes, rules.encoder),
            rule_texts=tuple(self.expressions),
            expressions=tuple(self.expressions.values()),
            offers=offers,
            profiles=tuple(profile for offer in offers for profile in offer.profiles),
            columns=columns_of(self.document.offers, offers, self.group_index),
            placements=placements,
            events={event.name: self.event(event, placements, offers) for event in self.document.events},
            outcomes=_outcomes(self.document.outcomes),
            rows={offer.id: row for row, offer in enumerate(offers)},
            groups=tuple(self.group_index),
            policies=tuple(_policy(policy) for policy in self.document.contact_policies),
            zone=ZoneInfo(self.document.time_zone),
            population=self.population,
        )

    def offer(self, offer: wire.Offer) -> CompiledOffer:
        treatments: dict[str, tuple[CompiledTreatment, ...]] = {}
        for treatment in offer.treatments:
            texts = {name: Wording.read(text) for name, text in treatment.texts.items()}
            names = {name for wording in texts.values() for name in wording.names}
            plain = {} if names else {name: wording.fill({}) for name, wording in texts.items()}
            compiled = CompiledTreatment(treatment.id, treatment.language, texts, tuple(sorted(names)), plain)
            treatments[treatment.channel] = (*treatments.get(treatment.channel, ()), compiled)
        return CompiledOffer(
            id=offer.id,
            version=offer.version,
            group=offer.group,
            display=DISPLAYS[offer.display],
            priority=offer.priority,
            value=offer.value,
            cost=offer.cost,
            purpose_of_consent=offer.purpose_of_consent,
            agent_skills=frozenset(offer.agent_skills),
            eligibility=self.rule_index[offer.eligibility],
            profiles=tuple(self.profile(profile) for profile in offer.profiles),
            treatments=treatments,
        )

    def profile(self, profile: wire.Profile) -> CompiledProfile:
        return CompiledProfile(
            id=profile.id,
            label=label_of(profile),
            rule=self.rule_index[profile.rule],
            suitability={language: Wording.read(text) for language, text in profile.suitability.items()},
        )

    def placement(
        self, placement: wire.Placement, offers: tuple[CompiledOffer, ...], names: tuple[tuple[str, ...], ...]
    ) -> CompiledPlacement:
        arbitration = next(
            (a for a in self.document.arbitration if a.name == placement.arbitration),
            wire.Arbitration(name=placement.arbitration),
        )
        weights = tuple(
            (self.rule_index[weight.when], self.group_index[weight.group], weight.weight)
            for weight in arbitration.context_weights
            if weight.group in self.group_index
        )
        member = np.array([placement.name in offer.placements for offer in self.document.offers], bool)
        wants = {name for rule, _, _ in weights for name in names[rule]}
        for row in np.flatnonzero(member):
            wants |= _wanted(offers[row], placement.channel, names)
        return CompiledPlacement(
            name=placement.name,
            channel=placement.channel,
            limit=placement.limit,
            policy=POLICIES[placement.exploration.policy],
            floor=placement.exploration.floor,
            introduction=float(placement.exploration.introduction),
            ranked_by_scorer=placement.exploration.ranked_by == "scorer",
            control_percent=placement.control_percent,
            exponent=arbitration.exponent,
            per_group=None if arbitration.per_group is None else min(arbitration.per_group, MOST_LATE),
            levers=np.array([lever[:2] for lever in weights], np.int64).reshape(-1, 2),
            lever_weights=np.array([lever[2] for lever in weights], np.float64),
            offers=member,
            offer_count=int(member.sum()),
            meant=member & np.array([placement.channel in offer.treatments for offer in offers], bool),
            wants=frozenset(wants),
        )

    def event(
        self,
        event: wire.EventDeclaration,
        placements: Mapping[str, CompiledPlacement],
        offers: tuple[CompiledOffer, ...],
    ) -> CompiledEvent:
        decide = next((action for action in event.actions if isinstance(action, wire.Decide)), None)
        made = doings(event, self.document.condition_groups, self.attributes)
        wants = set(made.wants)
        if decide is not None:
            placement = placements[decide.placement]
            wants |= {*placement.wants, *_worded(offers, placement)}
        return CompiledEvent(
            name=event.name,
            input=event.input,
            placement=decide.placement if decide else None,
            presents=decide.presents if decide else True,
            doings=made,
            asks=self.population.filled_elsewhere(wants),
            budget_ms=next(
                (p.budget_ms for p in self.document.placements if decide and p.name == decide.placement), 80
            ),
        )


def _worded(offers: tuple[CompiledOffer, ...], placement: CompiledPlacement) -> Iterator[str]:
    """The attributes that the texts of a placement's offers have placeholders for."""
    for row in np.flatnonzero(placement.offers):
        for profile in offers[row].profiles:
            for suitability in profile.suitability.values():
                yield from suitability.names
        for treatments in offers[row].treatments.values():
            for treatment in treatments:
                yield from treatment.names


def _wanted(offer: CompiledOffer, channel: str, names: tuple[tuple[str, ...], ...]) -> set[str]:
    rules = (offer.eligibility, *(profile.rule for profile in offer.profiles))
    wanted = {name for rule in rules for name in names[rule]}
    return wanted | {SKILLS} if offer.agent_skills and channel in offer.treatments else wanted


def _policy(policy: wire.ContactPolicy) -> CompiledPolicy:
    return CompiledPolicy(
        name=policy.name,
        scope=policy.scope,
        counts=policy.counts,
        max=min(policy.max, MOST_LATE),
        days=policy.days,
        channels=frozenset(policy.channels),
    )


def _outcomes(outcomes: list[wire.Outcome]) -> dict[str, Outcome]:
    """The declared outcomes, and the built-in ones that are not declared, open as long as the longest of them."""
    known = {
        outcome.name: Outcome(
            name=outcome.name,
            reward=round(outcome.reward * MICRO),
            final=outcome.final,
            window=round(outcome.window_hours * HOUR),
        )
        for outcome in outcomes
    }
    longest = max((outcome.window for outcome in known.values()), default=None)
    for outcome in BUILT_IN:
        known.setdefault(outcome.name, outcome if longest is None else replace(outcome, window=longest))
    return known
