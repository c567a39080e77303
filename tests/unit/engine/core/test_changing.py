"""Splits and prunings are facts: they redistribute what is retained, and everything can still be unlearnt."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.events import (
    Fact,
    ProfileDrifted,
    ProfilePruned,
    ProfileSplit,
    SplitEvidence,
    decode,
    encode,
)
from tradewind.engine.core.keeping import packed, unpacked
from tradewind.engine.core.kernels.trees import NO_NODE, YES
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.trees import EVERY_BIN
from tradewind.engine.core.state import State, apply, model_digest, state_digest

LOW = 0b1111
TENURE = "customer.tenure_months"
EVIDENCE = SplitEvidence(first=(1, 1), second=(1, 0), statistic=1.0, p_value=0.01, level=0.05, tries=1, look=1)


def split(world: World, path: tuple[int, ...] = (), first: int = LOW, **changes: Any) -> ProfileSplit:
    root = world.state.leaves.rows["a", "all"]
    fact = ProfileSplit(
        id=f"split-{len(world.facts)}", offer="a", profile="all", path=path, attribute=TENURE, first=first,
        second=EVERY_BIN & ~first, words="tenure", evidence=EVIDENCE, based_on=world.state.leaves.version(root),
        at=world.now,
    )  # fmt: skip
    return msgspec.structs.replace(fact, **changes)


def pruned(world: World, path: tuple[int, ...] = (), *, since: int = 0) -> ProfilePruned:
    root = world.state.leaves.rows["a", "all"]
    return ProfilePruned(
        id=f"pruned-{len(world.facts)}", offer="a", profile="all", path=path, words="", evidence=EVIDENCE,
        based_on=world.state.leaves.version(root), at=world.now, since=since,
    )  # fmt: skip


def drifted(world: World, path: tuple[int, ...] = (), *, since: int) -> ProfileDrifted:
    root = world.state.leaves.rows["a", "all"]
    return ProfileDrifted(
        id=f"drifted-{len(world.facts)}", offer="a", profile="all", path=path, words="", evidence=EVIDENCE,
        based_on=world.state.leaves.version(root), at=world.now, since=since,
    )  # fmt: skip


def world_of(*answers: tuple[int, str], kept: int = 2_000) -> tuple[World, list[str]]:
    """A world with one offer and these answers of customers by their months."""
    world = World(document(offer("a")))
    world.state.samples = Samples(kept)
    return world, [answered(world, months, outcome) for months, outcome in answers]


def answered(world: World, months: int, outcome: str) -> str:
    token = world.ask(f"s{world.asked}", {TENURE: months})
    world.answer(token, "a", outcome)
    return token


def counts(world: World) -> list[tuple[int, int]]:
    """(shown, accepted) of every row that is in use, the root first."""
    leaves, found = world.state.leaves, []
    rows = [leaves.rows["a", "all"]]
    while rows:
        row = rows.pop(0)
        found.append((int(leaves.shown[row]), int(leaves.accepted[row])))
        if (yes := int(leaves.table[row, YES])) != NO_NODE:
            rows += [yes, yes + 1]
    return found


def test_a_split_sends_what_is_retained_to_the_children() -> None:
    world, _ = world_of((10, "accepted"), (20, "rejected"), (500, "accepted"))
    world.remember(split(world))
    assert counts(world) == [(3, 2), (2, 1), (1, 1)]


def test_a_presentation_from_before_the_split_goes_down_when_it_is_answered() -> None:
    world, _ = world_of((10, "rejected"))
    open_one = world.ask("late", {TENURE: 550})
    world.remember(split(world))
    world.answer(open_one, "a", "accepted")
    assert counts(world) == [(2, 1), (1, 0), (1, 1)]


def test_a_correction_unlearns_in_the_child_what_the_split_had_sent_there() -> None:
    world, tokens = world_of((10, "accepted"), (500, "accepted"))
    world.remember(split(world))
    world.answer(tokens[0], "a", "rejected", correction=True)
    assert counts(world) == [(2, 1), (1, 0), (1, 1)]


def test_what_a_pushed_out_entry_had_added_stays_with_the_parent_alone() -> None:
    world, tokens = world_of((10, "accepted"), (10, "rejected"), (500, "accepted"), kept=2)
    world.remember(split(world))
    assert counts(world) == [(3, 2), (1, 0), (1, 1)]
    world.answer(tokens[0], "a", "skipped", correction=True)
    assert counts(world) == [(2, 1), (1, 0), (1, 1)]


def test_a_pruning_merges_the_children_back_and_the_rows_are_used_again() -> None:
    world, _ = world_of((10, "accepted"), (500, "rejected"))
    world.remember(split(world))
    world.remember(split(world, (0,), 0b11))
    size = world.state.leaves.size
    world.remember(pruned(world))
    assert counts(world) == [(2, 1)]
    world.remember(split(world))
    assert counts(world) == [(2, 1), (1, 1), (1, 0)]
    assert world.state.leaves.size == size


def test_a_change_that_is_based_on_an_older_version_is_ignored() -> None:
    world, _ = world_of((10, "accepted"), (500, "rejected"))
    late = split(world, (0,), 0b11)
    world.remember(split(world))
    before = model_digest(world.state)
    world.remember(late)
    assert model_digest(world.state) == before


@pytest.mark.parametrize(
    "changes",
    [{"offer": "nobody"}, {"path": (0, 1)}, {"path": (7,)}, {"first": 0, "second": EVERY_BIN}, {"second": 1}],
)
def test_a_change_that_does_not_fit_the_tree_is_ignored(changes: dict[str, Any]) -> None:
    world, _ = world_of((10, "accepted"))
    before = (model_digest(world.state), world.state.leaves.structure())
    world.remember(split(world, **changes))
    assert (model_digest(world.state), world.state.leaves.structure()) == before


def test_a_leaf_that_is_not_split_is_not_pruned() -> None:
    world, _ = world_of((10, "accepted"))
    before = model_digest(world.state)
    world.remember(pruned(world))
    assert model_digest(world.state) == before
    assert world.state.leaves.version(0) == 0


def test_a_drift_has_the_leaf_count_again_from_the_change_on() -> None:
    world, tokens = world_of((10, "accepted"), (20, "accepted"), (30, "rejected"))
    world.remember(drifted(world, since=2))
    assert counts(world) == [(3, 2), (1, 0), (0, 0)]
    world.answer(tokens[0], "a", "rejected", correction=True)
    world.answer(tokens[2], "a", "accepted", correction=True)
    assert counts(world) == [(3, 2), (1, 1), (0, 0)]


def test_another_drift_takes_the_place_of_the_one_before() -> None:
    world, tokens = world_of(*[(10, "accepted")] * 4)
    world.remember(drifted(world, since=1))
    world.remember(drifted(world, since=3))
    assert counts(world) == [(4, 4), (1, 1), (0, 0)]
    world.answer(tokens[2], "a", "rejected", correction=True)
    assert counts(world) == [(4, 3), (1, 1), (0, 0)]


def test_a_leaf_that_has_drifted_is_split_and_merged_like_any_other() -> None:
    world, tokens = world_of((10, "accepted"), (10, "rejected"), (500, "accepted"))
    world.remember(drifted(world, since=1))
    world.remember(split(world))
    assert counts(world) == [(3, 2), (2, 1), (0, 0), (1, 0), (1, 1)]
    world.answer(tokens[0], "a", "rejected", correction=True)
    assert counts(world) == [(3, 1), (2, 1), (0, 0), (1, 0), (1, 1)]
    world.remember(pruned(world))
    assert counts(world) == [(3, 1), (2, 1), (0, 0)]


def test_parts_are_merged_before_a_profile_that_drifted_counts_again() -> None:
    world, _ = world_of((10, "accepted"), (500, "rejected"))
    world.remember(split(world))
    world.remember(drifted(world, since=1))
    assert counts(world) == [(2, 1), (1, 0), (0, 0)]


def test_what_is_merged_after_a_drift_counts_from_the_drift_on() -> None:
    world, tokens = world_of((10, "accepted"), (500, "rejected"), (10, "rejected"), (500, "accepted"))
    world.remember(split(world))
    world.remember(drifted(world, (0,), since=2))
    world.remember(pruned(world, since=2))
    assert counts(world) == [(4, 2), (2, 1), (0, 0)]
    world.answer(tokens[1], "a", "accepted", correction=True)
    assert counts(world) == [(4, 3), (2, 1), (0, 0)]


def test_a_drift_in_the_future_is_ignored() -> None:
    world, _ = world_of((10, "accepted"))
    before = (model_digest(world.state), world.state.leaves.structure())
    world.remember(drifted(world, since=2))
    assert (model_digest(world.state), world.state.leaves.structure()) == before


def test_changes_of_a_tree_read_back_as_they_were_written() -> None:
    world, _ = world_of((10, "accepted"))
    for fact in (split(world), pruned(world), drifted(world, since=1)):
        assert read_again(fact) == fact


def read_again(fact: Fact) -> Fact:
    return decode(*encode(fact))


moves = st.one_of(
    st.tuples(st.just("ask"), st.integers(0, 600)),
    st.tuples(
        st.just("answer"), st.integers(0, 30), st.sampled_from(["accepted", "rejected", "interested", "skipped"])
    ),
    st.tuples(st.just("split"), st.lists(st.integers(0, 1), max_size=2).map(tuple), st.integers(1, EVERY_BIN - 1)),
    st.tuples(st.just("prune"), st.lists(st.integers(0, 1), max_size=1).map(tuple), st.integers(0, 5)),
    st.tuples(st.just("drift"), st.lists(st.integers(0, 1), max_size=2).map(tuple), st.integers(0, 30)),
    st.tuples(st.just("close")),
    st.tuples(st.just("snapshot")),
)


def lived(moves: list[tuple[Any, ...]], kept: int) -> tuple[World, list[str]]:
    world, tokens = world_of(kept=kept)
    for move in moves:
        match move:
            case ("ask", months):
                tokens.append(world.ask(f"s{world.asked}", {TENURE: months}))
            case ("answer", which, outcome) if tokens:
                world.answer(tokens[which % len(tokens)], "a", outcome, correction=True)
            case ("split", path, first):
                world.remember(split(world, path, first))
            case ("prune", path, since):
                world.remember(pruned(world, path, since=since))
            case ("drift", path, since):
                world.remember(drifted(world, path, since=since))
            case ("close",):
                world.now += 80 * 3600 * 1_000_000
                world.close()
            case ("snapshot",):
                world.state = unpacked(dict(packed(world.state)))
    return world, tokens


@settings(max_examples=60)
@given(moves=st.lists(moves, max_size=40), kept=st.integers(1, 6))
def test_whatever_happened_no_count_is_negative_and_unlearning_everything_leaves_zero(
    moves: list[tuple[Any, ...]], kept: int
) -> None:
    world, tokens = lived(moves, kept)
    assert all(0 <= accepted <= shown for shown, accepted in counts(world))
    for token in tokens:
        decision = world.state.open.get(token)
        assume(decision is not None)  # one that is forgotten is counted for ever
        assert decision is not None
        world.answer(token, "a", "skipped", answered_at=decision.shown_at, correction=True)
    assert set(counts(world)) == {(0, 0)}
    assert not world.state.leaves.reward.any()


@settings(max_examples=30)
@given(moves=st.lists(moves, max_size=40), kept=st.integers(1, 6))
def test_a_life_with_splits_folds_again_to_the_same_state(moves: list[tuple[Any, ...]], kept: int) -> None:
    world, _ = lived(moves, kept)
    again = State.empty()
    again.samples = Samples(kept)
    for position, fact in enumerate(world.facts, 1):
        again = apply(again, position, read_again(fact))
    assert state_digest(again) == state_digest(world.state)
