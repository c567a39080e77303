"""What an offer's predictor holds now, as the wire's tree of profiles."""

from __future__ import annotations

from tradewind.engine.core.predictors.posterior import interval
from tradewind.engine.core.state import State
from tradewind.engine.wire import PredictorView, ProfileNode


def predictor_view(state: State, offer: str) -> PredictorView | None:
    """The predictor of an offer of the running publication; None for any other."""
    publication = state.publication
    row = publication.rows.get(offer) if publication else None
    if publication is None or row is None:
        return None
    compiled = publication.offers[row]
    first = int(publication.columns.first_profile[row])
    leaves = state.leaf_rows[first : first + len(compiled.profiles)]
    alpha, beta = state.leaves.posterior(leaves)
    bounds = interval(alpha, beta) if len(leaves) else []
    nodes = [
        ProfileNode(
            id=profile.id,
            label=profile.label,
            shown=int(state.leaves.shown[leaf]),
            accepted=int(state.leaves.accepted[leaf]),
            propensity=float(mean),
            interval=bound,
        )
        for profile, leaf, mean, bound in zip(compiled.profiles, leaves, alpha / (alpha + beta), bounds, strict=True)
    ]
    return PredictorView(offer=offer, position=str(state.position), version=compiled.version, profiles=nodes)
