"""The tree of an offer's profiles as the page lists it: each with its condition, its figures and how it moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tradewind.crm.decisions.predictors import Place, Predictor, ProfileView
from tradewind.portals.marketer.acceptance import RAIL_BEYOND
from tradewind.portals.marketer.learnt.conditions import Labels, in_words

type Rank = Literal["best", "worst", ""]

SEEN: Final = 0.0005
"""A change of propensity that still shows in a figure with one decimal."""


@dataclass(frozen=True, slots=True)
class Written:
    """What marketing wrote of a recipient profile."""

    suitability: str
    rule: str


@dataclass(frozen=True, slots=True)
class Node:
    """A profile as the tree shows it. `number` counts the recipient profiles from 1 and is 0 for their parts.

    `rank` marks the best and the worst of what was not split further, where the figures tell them apart. `new` says
    since when a part is there, where it is new since the moment compared with; `moved` by how many points the
    propensity differs from what it was then, none where it is the same.
    """

    label: str
    number: int
    shown: int
    accepted: int
    value: float
    low: float
    high: float
    place: Place
    rank: Rank = ""
    written: Written | None = None
    new: str = ""
    moved: float | None = None
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """The node and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a tree is drawn with: names of attributes, what marketing wrote, which parts are new and since when, and
    the tree of the moment compared with."""

    labels: Labels = field(default_factory=dict)
    written: Mapping[str, Written] = field(default_factory=dict)
    fresh: Mapping[Place, str] = field(default_factory=dict)
    earlier: Predictor | None = None

    def nodes(self, learnt: Predictor) -> tuple[Node, ...]:
        """The recipient profiles in their order, each with its parts."""
        ranks = ranked(learnt)
        before = {view.place: view.propensity for view in self.earlier.walk()} if self.earlier else {}
        return tuple(self._node(view, ranks, before, number) for number, view in enumerate(learnt.profiles, start=1))

    def _node(
        self, view: ProfileView, ranks: Mapping[Place, Rank], before: Mapping[Place, float], number: int = 0
    ) -> Node:
        return Node(
            label=view.name if view.when is None else in_words(view.when, self.labels),
            number=number,
            shown=view.shown,
            accepted=view.accepted,
            value=view.propensity,
            low=view.lower,
            high=view.upper,
            place=view.place,
            rank=ranks.get(view.place, ""),
            written=self.written.get(view.code) if number else None,
            new=self.fresh.get(view.place, ""),
            moved=_moved(view, before),
            children=tuple(self._node(part, ranks, before) for part in view.profiles),
        )


def ranked(learnt: Predictor) -> dict[Place, Rank]:
    """The best and the worst of the profiles that were not split further.

    Nobody is ranked where the intervals of the two overlap: then it may be the other way round.
    """
    ends = [view for view in learnt.walk() if view.shown and not view.profiles]
    ends.sort(key=lambda view: view.propensity)
    if len(ends) < 2 or ends[0].upper >= ends[-1].lower:
        return {}
    return {ends[0].place: "worst", ends[-1].place: "best"}


def rail(profiles: Iterable[ProfileView]) -> float:
    """The end of the rail that all bars share, a little beyond the highest interval."""
    return min(RAIL_BEYOND * max((view.upper for view in profiles), default=1.0), 1.0)


def _moved(view: ProfileView, before: Mapping[Place, float]) -> float | None:
    was = before.get(view.place)
    return None if was is None or abs(view.propensity - was) < SEEN else 100 * (view.propensity - was)
