"""The whole decision on one screen: sift, weigh, arbitrate, word."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from tradewind.engine.core.arbitration import Candidates, Ranking, arbitrate, rescore, weighed
from tradewind.engine.core.arms import Arm, arm_of
from tradewind.engine.core.contact_history import with_history
from tradewind.engine.core.context import Context
from tradewind.engine.core.events import OffersDecided, OfferShown
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.funnel import STAGES, Sifted, sift
from tradewind.engine.core.holding import hold
from tradewind.engine.core.kernels.sifting import TRUE
from tradewind.engine.core.published import CompiledPlacement, CompiledPublication
from tradewind.engine.core.state import State
from tradewind.engine.core.treatments import choose, in_language

VERSION: Final = 2
"""Of what a decision is made with, kernels included; recorded with it.

One more after each change that gives the same request, state and token other offers, ranks, treatments, counts, or
numbers that lie further apart than `reproducing.CLOSE`.
"""


class Request(msgspec.Struct, frozen=True, gc=False):
    """Who asks for what: a placement on a channel, for a customer (`subject`) with the attributes known now."""

    placement: str
    channel: str
    subject: str
    context: Context
    language: str | None = None
    limit: int | None = None


class Proposal(msgspec.Struct, frozen=True, gc=False):
    """One offer to be shown: the fact about it, and what the person in front of the screen reads."""

    shown: OfferShown
    profile_label: str
    suitability: str
    texts: Mapping[str, str]


class Decided(msgspec.Struct, frozen=True, gc=False):
    """A decision, `decided_on` the position of its state. What follows `shown` is kept to explain it.

    `inputs` are what the rules were evaluated over: the attributes, and what they asked of the contact history.
    """

    publication: int
    decided_on: int
    placement: str
    mode: str
    arm: str
    missing: tuple[str, ...]
    withheld: int
    shown: tuple[Proposal, ...]
    request: Request
    inputs: Mapping[str, Any]
    now: int
    compiled: CompiledPublication
    sifted: Sifted
    candidates: Candidates
    ranking: Ranking

    @property
    def funnel(self) -> dict[str, int]:
        """How many offers passed each stage."""
        return {
            "published": len(self.compiled.offers),
            **dict(zip(STAGES, self.sifted.passed.tolist(), strict=True)),
            "ranked": self.ranking.ranked,
            "shown": len(self.shown),
        }

    @property
    def bins(self) -> dict[str, int]:
        """The bin of every known value that may be learnt from, as `context.bins` finds them."""
        return self.compiled.scales.named(self.candidates.bins)

    def as_fact(
        self, decision: str, *, presents: bool, defaults: Mapping[str, Any] = MappingProxyType({})
    ) -> OffersDecided:
        """What history remembers of it under the token `decision`; `defaults` are fallback values it was made with."""
        return OffersDecided(
            decision=decision,
            decided_on=self.decided_on,
            placement=self.placement,
            mode=self.mode,
            arm=self.arm,
            presents=presents,
            missing=self.missing,
            withheld=self.withheld,
            shown=tuple(proposal.shown for proposal in self.shown),
            funnel=self.funnel,
            limit=self.request.limit,
            defaults=dict(defaults),
            decide_version=VERSION,
        )


class NothingPublished(LookupError):  # noqa: N818 - a refusal, named for what happened
    """There is no publication yet, or it has no such placement."""


def decide(request: Request, state: State, *, now: int, rng: Draws) -> Decided:
    """Choose the offers for one customer now; reads the state and changes nothing.

    Args:
        request: what is asked; its `limit` can only lower the placement's.
        state: everything known.
        now: when the event occurred, microseconds since the epoch; validity and re-offer days count from it.
        rng: random numbers keyed by the decision, so that the same decision can be made again.

    Raises:
        NothingPublished: the publication in force has no such placement.
    """
    publication, placement = _in_force(state, request.placement)
    subject, channel, log = request.subject, request.channel, state.contact_log
    arm = arm_of(subject, placement.control_percent)
    inputs = with_history(request.context.values, publication.rules, log, subject=subject, now=now)
    held = hold(
        publication, log, state.volumes, state.consents, state.places, subject=subject, channel=channel, now=now
    )
    sifted = sift(
        publication, placement, inputs,
        arm=arm, channel=channel, now=now, last_shown=state.contacts.counters(subject), shown_rows=state.places.shown,
        held=held, stopped=state.stopped_rows,
    )  # fmt: skip
    candidates = weighed(publication, placement, sifted, arm=arm, leaves=state.leaves, roots=state.leaf_rows)
    if placement.ranked_by_scorer:
        rescore(candidates, publication, state.scorers, state.scorer_rows)
    limit = min(request.limit or placement.limit, placement.limit, held.left)
    ranking = arbitrate(candidates, publication, placement, arm=arm, limit=limit, draws=rng, group_left=held.group_left)
    shown, unsaid = _word(publication, sifted, ranking, request, arm)
    return Decided(
        publication=publication.number,
        decided_on=state.position,
        placement=placement.name,
        mode="control" if arm.is_random else "fallback" if ranking.fallback else "learned",
        arm=arm.name,
        missing=_missing(placement, request, unsaid),
        withheld=placement.offer_count - len(shown),
        shown=shown,
        request=request,
        inputs=inputs,
        now=now,
        compiled=publication,
        sifted=sifted,
        candidates=candidates,
        ranking=ranking,
    )


def _in_force(state: State, placement: str) -> tuple[CompiledPublication, CompiledPlacement]:
    if state.publication is None or placement not in state.publication.placements:
        raise NothingPublished(f"no placement {placement} is published")
    return state.publication, state.publication.placements[placement]


def _missing(placement: CompiledPlacement, request: Request, unsaid: list[str]) -> tuple[str, ...]:
    wanted = placement.wants.difference(request.context.values)
    return tuple(sorted(wanted.union(unsaid))) if wanted or unsaid else ()


def _word(
    publication: CompiledPublication, sifted: Sifted, ranking: Ranking, request: Request, arm: Arm
) -> tuple[tuple[Proposal, ...], list[str]]:
    """Give every picked offer its treatment and texts; and the attributes its texts wanted and did not find."""
    values, language = request.context.values, request.language
    proposals: list[Proposal] = []
    unsaid: list[str] = []
    for index, row in enumerate(ranking.rows):
        offer, profile = publication.offers[row], publication.profiles[ranking.profiles[index]]
        treatment = choose(offer.treatments[request.channel], language, request.context)
        suits = arm.has_suitability or sifted.truths.item(profile.rule) == TRUE  # else it is shown to all eligible
        suitability = in_language(profile.suitability, language) if suits else None
        if wanted := treatment.names + suitability.names if suitability else treatment.names:
            unsaid += request.context.missing(wanted)
        shown = OfferShown(
            offer=offer.id,
            version=offer.version,
            group=offer.group,
            treatment=treatment.id,
            rank=index + 1,
            profile=profile.id,
            score=ranking.scores[index],
            propensity=ranking.propensities[index],
            lower=ranking.lower[index],
            upper=ranking.upper[index],
            selection_probability=ranking.chances[index],
            value=offer.value,
            cost=offer.cost,
        )
        proposals.append(
            Proposal(
                shown=shown,
                profile_label=profile.label,
                suitability=suitability.fill(values) if suitability else "",
                texts=treatment.said(values),
            )
        )
    return tuple(proposals), unsaid
