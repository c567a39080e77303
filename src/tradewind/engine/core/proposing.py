"""What should change in the trees of the predictors? Looked for off the request path, and told as facts.

A row is due whenever it has seen `EVERY` responses more. Then, in this order: has a leaf's acceptance changed (what it
learnt before says little then); are two leaves of one parent still different; and, each time a leaf's responses have
doubled, should it be split? At most one change of a tree comes of a look, based on the version that it had.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Final

import numpy as np

from tradewind.engine import wire
from tradewind.engine.core.context import learnt_from
from tradewind.engine.core.events import Branch, ProfileDrifted, ProfilePruned, ProfileSplit
from tradewind.engine.core.kernels.trees import ACCEPTED, NO_NODE, SHOWN, YES
from tradewind.engine.core.predictors.branches import branch_of, kind_of, words
from tradewind.engine.core.predictors.changing import ChangeOfTree, Reaching, reaching
from tradewind.engine.core.predictors.drifting import EVERY, agree, drift
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.splitting import Kind, Limits, Split, look_number, searched
from tradewind.engine.core.predictors.trees import EVERY_BIN
from tradewind.engine.core.state import State

type Steps = Generator[None, None, ChangeOfTree | None]
"""A look in short steps, between which others may run; its value is the change that it found."""

_ID: Final = "predictor/{}/{}/{}"


class Watch:
    """Who was looked at, and when. No part of the state: whoever starts looks at each leaf once more."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.looks = 0
        self._next = np.zeros(0, np.int64)
        self._look: dict[int, int] = {}

    def due(self, state: State) -> list[int]:
        """The rows of the running publication's trees that have seen enough since they were looked at."""
        leaves = state.leaves
        self._grow(leaves.size)
        rows = np.flatnonzero(leaves.shown[: leaves.size] >= np.maximum(self._next[: leaves.size], self.limits.least))
        in_force = set(state.leaf_rows.tolist())
        return [row for row in rows.tolist() if leaves.root(row) in in_force]

    def is_due(self, leaves: Leaves, row: int) -> bool:
        """Whether one row is."""
        self._grow(leaves.size)
        return bool(leaves.table[row, SHOWN] >= max(self._next[row], self.limits.least))

    def look(self, state: State, row: int, now: int) -> Steps:
        """Look at a row that is due."""
        leaves = state.leaves
        self.looks += 1
        self._grow(leaves.size)
        shown = int(leaves.table[row, SHOWN])
        self._next[row] = shown + EVERY
        if leaves.table[row, YES] != NO_NODE:
            return _merging(state, row, self.limits, now)
        look, before = look_number(shown, self.limits), self._look.get(row, 0)
        found = reaching(leaves, state.samples, leaves.root(row), row)
        yield
        drifted = _drifting(state, row, found, self.limits, now)
        if drifted is not None or look <= before:
            return drifted
        self._look[row] = look
        return (yield from _splitting(state, row, found, self.limits, now))

    def changed(self, leaves: Leaves, change: ChangeOfTree) -> None:
        """Look at once at what a change that was applied has left or made."""
        row = leaves.at(leaves.rows[change.offer, change.profile], change.path)
        if row is None:
            return
        self._grow(leaves.size)
        yes = int(leaves.table[row, YES])
        for each in (row, *((yes, yes + 1) if yes != NO_NODE else ())):
            self._next[each] = 0
            self._look.pop(each, None)

    def _grow(self, size: int) -> None:
        if size > len(self._next):
            self._next = np.concatenate((self._next, np.zeros(2 * size - len(self._next), np.int64)))


def propose(state: State, now: int, watch: Watch | None = None) -> list[ChangeOfTree]:
    """Every change that is due now, at most one of each tree; a new `watch` looks at everything.

    Args:
        state: it stays as it is.
        now: history time of the facts.
        watch: who was looked at before.
    """
    watch = watch or Watch()
    found: dict[tuple[str, str], ChangeOfTree] = {}
    for row in watch.due(state):
        change = at_once(watch.look(state, row, now))
        if change is not None:
            found.setdefault((change.offer, change.profile), change)
    return list(found.values())


def at_once(steps: Steps) -> ChangeOfTree | None:
    """Take all steps of a look."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            change: ChangeOfTree | None = end.value
            return change


def _merging(state: State, row: int, limits: Limits, now: int) -> ProfilePruned | None:
    """Merge two leaves that no longer differ."""
    leaves = state.leaves
    if leaves.is_restarted(row):
        return None
    children = [int(leaves.table[row, YES]) + side for side in (0, 1)]
    first, second = map(leaves.current, children)
    if leaves.is_split(first) or leaves.is_split(second):
        return None
    evidence = agree(_counts(leaves, first), _counts(leaves, second), limits)
    if evidence is None:
        return None
    said = " and ".join(words(_branch(state, row, *each)) for each in leaves.branches(row))
    offer, profile, path, based_on = _place(leaves, row)
    return ProfilePruned(
        id=_ID.format(offer, profile, based_on), offer=offer, profile=profile, path=path,
        words=f"{said} no longer differ", evidence=evidence, based_on=based_on, at=now,
        since=max(leaves.since[child] if leaves.is_restarted(child) else 0 for child in children),
    )  # fmt: skip


def _drifting(state: State, row: int, found: Reaching, limits: Limits, now: int) -> ProfileDrifted | None:
    """Start a leaf again whose acceptance has changed."""
    counted = np.flatnonzero(found.shown)
    changed = drift(found.accepted[counted], _counts(state.leaves, row)[0], limits)
    if changed is None:
        return None
    before, after = (accepted / shown for shown, accepted in (changed.evidence.first, changed.evidence.second))
    offer, profile, path, based_on = _place(state.leaves, row)
    return ProfileDrifted(
        id=_ID.format(offer, profile, based_on), offer=offer, profile=profile, path=path,
        words=f"acceptance {'rose' if after > before else 'fell'} from {before:.1%} to {after:.1%}",
        evidence=changed.evidence, since=int(found.entries[counted[changed.at]]), based_on=based_on, at=now,
    )  # fmt: skip


def _splitting(state: State, row: int, found: Reaching, limits: Limits, now: int) -> Steps:
    """Split a leaf where its responses differ."""
    leaves, known = state.leaves, _known(state)
    offer, profile, path, based_on = _place(leaves, row)
    if not limits.allow(depth=len(path), leaves=leaves.count(leaves.root(row))):
        return None
    columns = {name: at for name, at in state.samples.columns.items() if at < found.bins.shape[1]}  # others came since
    kinds = {name: kind for name in columns if (kind := _kind(known, name)) is not None}
    bins = {name: found.bins[:, columns[name]] for name in kinds}
    look = look_number(_counts(leaves, row)[0], limits)
    split: Split | None = yield from searched(
        bins, found.shown, found.accepted, kinds=kinds, look=look, limits=limits
    )  # fmt: skip
    if split is None:
        return None
    second = EVERY_BIN & ~split.first
    branches = (_branch(state, row, split.attribute, split.first), _branch(state, row, split.attribute, second))
    return ProfileSplit(
        id=_ID.format(offer, profile, based_on), offer=offer, profile=profile, path=path,
        attribute=split.attribute, first=split.first, second=second,
        words=f"{words(branches[0])} ({_rate(split.evidence.first)}); "
        f"{words(branches[1])} ({_rate(split.evidence.second)})",
        branches=branches, evidence=split.evidence, based_on=based_on, at=now,
    )  # fmt: skip


def _place(leaves: Leaves, row: int) -> tuple[str, str, tuple[int, ...], int]:
    """Offer, profile, path and version of the tree."""
    root = leaves.root(row)
    offer, profile = leaves.name_of(root)
    return offer, profile, leaves.path(row), leaves.version(root)


def _branch(state: State, row: int, name: str, mask: int) -> Branch:
    """A branch of a row, and whether the attribute was known of everybody in the row's recipient profile."""
    everybody = state.samples.always_known(state.leaves.root(row))
    return branch_of(name, mask, _known(state), always_known=everybody)


def _rate(side: tuple[int, int]) -> str:
    """How many of one side accepted.

    >>> _rate((1_190, 13))
    '1.1% of 1,190'
    """
    shown, accepted = side
    return f"{accepted / shown:.1%} of {shown:,}"


def _counts(leaves: Leaves, row: int) -> tuple[int, int]:
    return int(leaves.table[row, SHOWN]), int(leaves.table[row, ACCEPTED])


def _known(state: State) -> Mapping[str, wire.Attribute]:
    return state.publication.attributes if state.publication else {}


def _kind(known: Mapping[str, wire.Attribute], name: str) -> Kind | None:
    """How an attribute may be cut that the running publication lets predictors see."""
    attribute = known.get(name)
    return kind_of(attribute) if attribute is not None and learnt_from(attribute) else None
