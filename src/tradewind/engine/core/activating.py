"""A publication comes into force: what follows from its document and from what is stopped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.contact_history import longest_window
from tradewind.engine.core.events import PublicationActivated
from tradewind.engine.core.holding import Places
from tradewind.engine.core.instants import DAY
from tradewind.engine.core.knowledge import Activated, State
from tradewind.engine.core.offers import CompiledPublication, read_publication
from tradewind.engine.core.predictors.beginning import begin


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a publication's canonical text was compiled to before its fact came."""

    document: str
    publication: CompiledPublication


def take_up(state: State, ahead: Ahead | None = None) -> None:
    """Make what follows from the publication's document and from what is stopped.

    Raises:
        BrokenPublication: the document does not compile any more.
    """
    if state.document is not None:
        state.publication = _compiled(state.document, ahead)
        state.leaf_rows = state.leaves.plant(state.publication.leaves())
        state.scorer_rows = _score(state, state.publication)
        state.places = Places.plant(state.publication, state.contacts, state.contact_log, state.volumes)
        state.contact_log.keep_for(max((policy.days for policy in state.publication.policies), default=0) * DAY)
        state.contact_log.keep_for(longest_window(state.publication.rules.history))
    mark_stopped(state)


def _score(state: State, publication: CompiledPublication) -> NDArray[np.int64]:
    """The scorers of the offers in force, which begin where a publication first ranks by scorers, with their past."""
    offers, names = [offer.id for offer in publication.offers], publication.scales.names
    if publication.is_scored or state.scorers.names:
        columns = state.samples.declare(sorted(names))
        known = publication.attributes
        state.scorers.layout.declare(columns, (name in known and known[name].type == "number" for name in columns))
        wanted = offers if publication.is_scored else []
        new = [offer for offer in wanted if state.scorers.plant(offer, attributes=len(names))]
        for (offer, _), root in state.leaves.rows.items():
            state.scorers.follow(offer, root, since=state.samples.count(root))
        for offer in new:
            begin(state.scorers, state.samples, state.leaves, offer)
    return state.scorers.rows(offers)


def _compiled(document: str, ahead: Ahead | None) -> CompiledPublication:
    """The publication of a document, made ahead or now."""
    return ahead.publication if ahead is not None and ahead.document == document else read_publication(document)


def activate(state: State, position: int, fact: PublicationActivated, ahead: Ahead | None) -> None:
    state.document = fact.document
    state.publications[fact.number] = Activated(digest=fact.digest, position=position)
    take_up(state, ahead)


def mark_stopped(state: State) -> None:
    offers = state.publication.rows if state.publication else ()
    state.stopped_rows = np.array([offer in state.stopped for offer in offers], np.bool_)
