"""The whole decision on one screen: sift, weigh, arbitrate, word."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from tradewind.engine.core.arbitration import Candidates, Ranking, arbitrate, weighed
from tradewind.engine.core.arms import arm_of
from tradewind.engine.core.contact_history import with_history
from tradewind.engine.core.context import Context
from tradewind.engine.core.events import OffersDecided, OfferShown
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.funnel import Sifted, sift
from tradewind.engine.core.holding import hold
from tradewind.engine.core.kernels.sifting import TRUE
from tradewind.engine.core.kernels.trees import PROPENSITY, ROW, SCORE
from tradewind.engine.core.published import CompiledPlacement, CompiledPublication
from tradewind.engine.core.state import State
from tradewind.engine.core.treatments import choose, in_language

VERSION: Final = 1
"""Of what a decision is made with, kernels included; recorded with it.

One more after each change that gives the same request, state and token other offers, ranks, treatments, counts, or
numbers that lie further apart than `reproducing.CLOSE`.
"""


class Request(msgspec.Struct, frozen=True):
    """Who asks for what: a placement on a channel, for a customer (`subject`) with the attributes known now."""

    placement: str
    channel: str
    subject: str
    context: Context
    language: str | None = None
    limit: int | None = None


class Proposal(msgspec.Struct, frozen=True):
    """One offer to be shown: the fact about it, and what the person in front of the screen reads."""

    shown: OfferShown
    profile_label: str
    suitability: str
    texts: Mapping[str, str]


class Decided(msgspec.Struct, frozen=True):
    """A decision, `decided_on` the position of its state. What follows `funnel` is kept to explain it.

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
    funnel: Mapping[str, int]
    request: Request
    inputs: Mapping[str, Any]
    now: int
    compiled: CompiledPublication
    sifted: Sifted
    candidates: Candidates
    ranking: Ranking

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
            funnel=dict(self.funnel),
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
    limit = min(request.limit or placement.limit, placement.limit, held.left)
    ranking = arbitrate(candidates, publication, placement, arm=arm, limit=limit, draws=rng, group_left=held.group_left)
    shown, unsaid = _word(publication, sifted, candidates, ranking, request)
    return Decided(
        publication=publication.number,
        decided_on=state.position,
        placement=placement.name,
        mode="control" if arm.is_random else "fallback" if ranking.fallback else "learned",
        arm=arm.name,
        missing=tuple(sorted(placement.wants.difference(request.context.values).union(unsaid))),
        withheld=placement.offer_count - len(shown),
        shown=shown,
        funnel=_funnel(publication, sifted, ranking),
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


def _word(
    publication: CompiledPublication, sifted: Sifted, candidates: Candidates, ranking: Ranking, request: Request
) -> tuple[tuple[Proposal, ...], list[str]]:
    """Give every picked offer its treatment and texts; and the attributes its texts wanted and did not find."""
    found, scored = candidates.found.item, candidates.weighed.item
    profile_at, first_profile_at, truth_of = (
        sifted.profile.item,
        publication.columns.first_profile.item,
        sifted.truths.item,
    )
    values, language = request.context.values, request.language
    proposals: list[Proposal] = []
    unsaid: list[str] = []
    for rank, (pick, chance, (lower, upper)) in enumerate(
        zip(ranking.picks, ranking.chances, ranking.bounds, strict=True), start=1
    ):
        row = found(ROW, pick)
        offer = publication.offers[row]
        profile = offer.profiles[profile_at(row) - first_profile_at(row)]
        treatment = choose(offer.treatments[request.channel], language, request.context)
        suits = truth_of(profile.rule) == TRUE  # not so in the arm that shows offers to everybody eligible
        suitability = in_language(profile.suitability, language) if suits else None
        if wanted := treatment.names + suitability.names if suitability else treatment.names:
            unsaid += request.context.missing(wanted)
        shown = OfferShown(
            offer=offer.id,
            version=offer.version,
            group=offer.group,
            treatment=treatment.id,
            rank=rank,
            profile=profile.id,
            score=scored(SCORE, pick),
            propensity=scored(PROPENSITY, pick),
            lower=lower,
            upper=upper,
            selection_probability=chance,
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


def _funnel(publication: CompiledPublication, sifted: Sifted, ranking: Ranking) -> dict[str, int]:
    """How many offers passed each stage."""
    valid, eligible, applicable, suitable, allowed = sifted.passed.tolist()
    return {
        "published": len(publication.offers),
        "valid": valid,
        "eligible": eligible,
        "applicable": applicable,
        "suitable": suitable,
        "allowed": allowed,
        "ranked": ranking.ranked,
        "shown": len(ranking.picks),
    }
