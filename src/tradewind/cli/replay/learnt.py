"""What the engine has learnt of the offers, read from the service and said in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from tradewind.cli.replay.connection import Connection
from tradewind.cli.replay.scratch import EngineAccess
from tradewind.engine import wire
from tradewind.engine.core.events import Branch
from tradewind.engine.core.predictors.branches import words

LEAST = 25
"""Answers that a profile must have to be named as the best or the worst."""
MOST_CHANGES = 1_000

type AnsweredBefore = Callable[[str, str], datetime | None]
"""When the last answer to an offer was given before a position."""


@dataclass(frozen=True, slots=True)
class Part:
    """Those customers of an offer who have something in common; `who` is empty where that is everybody."""

    who: str
    shown: int
    accepted: int

    @property
    def rate(self) -> float:
        return self.accepted / self.shown if self.shown else 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a tree: `within` says where in it.

    `at` is when the engine found it, `occurred_at` when the last answer before it was given, which the engine was told
    late.
    """

    offer: str
    change: str
    profile: str
    path: tuple[int, ...]
    within: str
    words: str
    position: str
    at: datetime
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt of one offer: all its customers, and the parts that accept it most and least."""

    offer: str
    everybody: Part
    best: Part | None
    worst: Part | None
    changes: tuple[Change, ...]


def read(engine: EngineAccess, offers: Sequence[str], answered_before: AnsweredBefore) -> list[Learnt]:
    """What is learnt now of each of these offers. Raises EngineRefused."""
    connection = Connection(engine.url, engine.keys["read"])
    try:
        return [_learnt(connection, offer, answered_before) for offer in offers]
    finally:
        connection.close()


def _learnt(connection: Connection, offer: str, answered_before: AnsweredBefore) -> Learnt:
    view = msgspec.json.decode(connection.get(f"/v1/offers/{offer}/predictor"), type=wire.PredictorView)
    path = f"/v1/offers/{offer}/predictor/changes?limit={MOST_CHANGES}&types=predictor_changed"
    listed = msgspec.json.decode(connection.get(path), type=wire.PredictorChanges)
    changes = [each for each in listed.changes if isinstance(each, wire.PredictorChanged)]
    everybody = Part("", sum(node.shown for node in view.profiles), sum(node.accepted for node in view.profiles))
    parts = sorted(_parts(view), key=lambda part: part.rate)
    return Learnt(
        offer=offer,
        everybody=everybody,
        best=parts[-1] if len(parts) > 1 else None,
        worst=parts[0] if len(parts) > 1 else None,
        changes=tuple(in_order(changes, answered_before, has_several=len(view.profiles) > 1)),
    )


def _parts(view: wire.PredictorView) -> Iterator[Part]:
    """The leaves with enough answers; a recipient profile is named where there are several."""
    for node in view.profiles:
        yield from _leaves(node, [node.id] if len(view.profiles) > 1 else [], [])


def _leaves(node: wire.ProfileNode, profile: list[str], above: list[wire.Branch]) -> Iterator[Part]:
    here = [*above, node.when] if node.when else above
    if not node.profiles and node.shown >= LEAST:
        yield Part(", ".join([*profile, *said(here)]), node.shown, node.accepted)
    for child in node.profiles:
        yield from _leaves(child, profile, here)


def in_order(
    changes: Sequence[wire.PredictorChanged], answered_before: AnsweredBefore, *, has_several: bool = False
) -> Iterator[Change]:
    """The changes with the place in the tree that each was made at, as the splits before it had cut it.

    The recipient profile is named where the offer `has_several`.
    """
    cut: dict[tuple[str, tuple[int, ...]], wire.Branch] = {}
    for change in changes:
        path = tuple(change.path)
        above = [cut[place] for end in range(1, len(path) + 1) if (place := (change.profile, path[:end])) in cut]
        for side, branch in enumerate(change.branches or ()):
            cut[change.profile, (*path, side)] = branch
        yield Change(
            offer=change.offer,
            change=change.change,
            profile=change.profile,
            path=path,
            within=", ".join([*([change.profile] if has_several else []), *said(above)]),
            words=change.words,
            position=change.position,
            at=change.at,
            occurred_at=answered_before(change.offer, change.position),
        )


def said(branches: Sequence[wire.Branch]) -> list[str]:
    """Branches that lie one below the other, in words; those of one attribute are said together.

    Everything is known of the customers of a replay, so nothing is said of what is not.

    >>> said([wire.Branch(attribute="c.age", below=65.0), wire.Branch(attribute="c.age", at_least=40.0)])
    ['age from 40 to below 65']
    """
    narrowed: dict[str, Branch] = {}
    for branch in branches:
        narrowed[branch.attribute] = _narrowed(narrowed.get(branch.attribute), branch)
    return [words(branch) for branch in narrowed.values()]


def _narrowed(outer: Branch | None, inner: wire.Branch) -> Branch:
    """Who goes down both."""
    values = None if inner.values is None else tuple(inner.values)
    if outer is None:
        return Branch(inner.attribute, inner.at_least, inner.below, values, inner.missing, always_known=True)
    if values is not None and outer.values is not None:
        values = tuple(value for value in values if value in outer.values)
    return Branch(
        inner.attribute,
        at_least=max((edge for edge in (outer.at_least, inner.at_least) if edge is not None), default=None),
        below=min((edge for edge in (outer.below, inner.below) if edge is not None), default=None),
        values=values,
        missing=outer.missing and inner.missing,
        always_known=True,
    )
