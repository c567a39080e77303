"""What an offer's predictor holds at a position, as the wire's tree of profiles; and how it came to that."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tradewind.engine import wire
from tradewind.engine.core.events import Branch
from tradewind.engine.core.kernels.trees import YES
from tradewind.engine.core.predictors.branches import branch_of, words
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.posterior import interval
from tradewind.engine.core.predictors.quality import PROFILES, SCORER, quality
from tradewind.engine.core.predictors.scorers import Scorers
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.core.state import State
from tradewind.engine.wire import PredictorView, ProfileNode, ScorerView


def predictor_view(state: State, offer: str) -> PredictorView | None:
    """The predictor of an offer of the running publication; None for any other."""
    publication = state.publication
    row = publication.rows.get(offer) if publication else None
    if publication is None or row is None:
        return None
    compiled = publication.offers[row]
    first = int(publication.columns.first_profile[row])
    roots = state.leaf_rows[first : first + len(compiled.profiles)].tolist()
    nodes = [
        _node(
            state.leaves,
            publication,
            root,
            id=profile.id,
            label=profile.label,
            known=state.samples.always_known(root),
        )
        for profile, root in zip(compiled.profiles, roots, strict=True)
    ]
    return PredictorView(
        offer=offer,
        position=str(state.position),
        version=compiled.version,
        profiles=nodes,
        scorer=_scorer(state.scorers, offer),
    )


def _scorer(scorers: Scorers, offer: str) -> ScorerView | None:
    """How good the scorer of an offer is beside its profiles; None before it has learnt anything."""
    scorer = scorers.names.get(offer)
    if scorer is None:
        return None
    found = [quality(scorers.quality[scorer, which]) for which in (PROFILES, SCORER)]
    by_profiles, by_scorer = (each and wire.Quality(**each._asdict()) for each in found)
    if by_profiles is None or by_scorer is None:
        return None
    return ScorerView(by_profiles=by_profiles, by_scorer=by_scorer, drifts=scorers.drifts(scorer))


def wired(branch: Branch) -> wire.Branch:
    """A branch as the wire says it."""
    return wire.Branch(
        attribute=branch.attribute,
        at_least=branch.at_least,
        below=branch.below,
        values=None if branch.values is None else list(branch.values),
        missing=branch.missing,
        always_known=branch.always_known,
    )


def _node(
    leaves: Leaves,
    publication: CompiledPublication,
    row: int,
    *,
    id: str,
    label: str,
    known: frozenset[str],
    path: tuple[int, ...] = (),
    when: Branch | None = None,
) -> ProfileNode:
    """A profile with all that it was split into; `known` are the attributes that are known of everybody in it."""
    row = leaves.current(row)
    alpha, beta = leaves.posterior(np.array([row]))
    return ProfileNode(
        id=id,
        label=label,
        shown=int(leaves.shown[row]),
        accepted=int(leaves.accepted[row]),
        propensity=float(alpha[0] / (alpha[0] + beta[0])),
        interval=interval(alpha, beta)[0],
        path=list(path),
        when=None if when is None else wired(when),
        profiles=[
            _node(
                leaves,
                publication,
                child,
                id=f"{id}/{side}",
                label=words(branch),
                known=known,
                path=(*path, side),
                when=branch,
            )
            for side, (child, branch) in enumerate(_children(leaves, publication, row, known))
        ],
    )


def _children(
    leaves: Leaves, publication: CompiledPublication, row: int, known: frozenset[str]
) -> Iterator[tuple[int, Branch]]:
    if leaves.is_split(row):
        for side, (name, mask) in enumerate(leaves.branches(row)):
            branch = branch_of(name, mask, publication.attributes, always_known=known)
            yield int(leaves.table[row, YES]) + side, branch
