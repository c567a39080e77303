"""What is proposed follows from what the customers do, and folding it makes the tree that was meant."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import default_rng
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.events import Branch, ProfileDrifted, ProfilePruned, ProfileSplit
from tradewind.engine.core.keeping import packed, unpacked
from tradewind.engine.core.predictors.changing import ChangeOfTree
from tradewind.engine.core.proposing import Watch, at_once, propose
from tradewind.engine.core.state import State, apply, state_digest

TENURE, SEGMENT = "customer.tenure_months", "customer.segment"

type Chance = Callable[[float, str], float]


def lived(world: World, watch: Watch, rows: int, chance: Chance, seed: int = 1) -> list[ChangeOfTree]:
    """Let so many customers be shown offer a and answer, with the trees tended after each; what was changed."""
    rng, changes = default_rng(seed), list[ChangeOfTree]()
    for _ in range(rows):
        months, segment = float(rng.integers(0, 600)), str(rng.choice(["home", "business"]))
        token = world.ask(f"s{world.asked}", {TENURE: months, SEGMENT: segment})
        world.answer(token, "a", "accepted" if rng.random() < chance(months, segment) else "rejected")
        for change in propose(world.state, world.now, watch):
            world.remember(change)
            watch.changed(world.state.leaves, change)
            changes.append(change)
    return changes


def by_tenure(months: float, segment: str) -> float:
    return 0.6 if months < 300 else 0.1


def always(chance: float) -> Chance:
    return lambda months, segment: chance


def alike(months: float, segment: str) -> float:
    return 0.3


def test_a_difference_splits_the_profile_and_says_so_in_words() -> None:
    world = World(document(offer("a")))
    (split,) = lived(world, Watch(), 300, by_tenure)
    assert isinstance(split, ProfileSplit)
    assert split.path == ()
    assert split.words == told(split, "tenure months below 300", "tenure months from 300")
    assert split.branches == (
        Branch(TENURE, below=300.0, always_known=True),
        Branch(TENURE, at_least=300.0, missing=True, always_known=True),
    )
    root = world.state.leaves.rows["a", "all"]
    low, high = (world.state.leaves.at(root, (side,)) for side in (0, 1))
    assert low is not None
    assert high is not None
    alpha, beta = world.state.leaves.posterior(np.array([low, high]))
    assert (alpha / (alpha + beta))[0] > 0.45
    assert (alpha / (alpha + beta))[1] < 0.2


def test_words_speak_of_unknown_values_where_there_were_some() -> None:
    world, watch, rng = World(document(offer("a"))), Watch(), default_rng(1)
    splits: list[ChangeOfTree] = []
    while not splits:
        months = float(rng.integers(0, 600))
        known = {} if world.asked % 10 == 0 else {TENURE: months}
        token = world.ask(f"s{world.asked}", known)
        chance = by_tenure(months, "") if known else 0.1
        world.answer(token, "a", "accepted" if rng.random() < chance else "rejected")
        splits = propose(world.state, world.now, watch)
    assert isinstance(splits[0], ProfileSplit)
    assert splits[0].words == told(splits[0], "tenure months below 300", "tenure months from 300 or not known")


def told(split: ProfileSplit, *branches: str) -> str:
    """Both branches, each with how many of it accepted."""
    sides = zip(branches, (split.evidence.first, split.evidence.second), strict=True)
    return "; ".join(f"{said} ({accepted / shown:.1%} of {shown})" for said, (shown, accepted) in sides)


def test_where_nothing_differs_nothing_changes() -> None:
    assert lived(World(document(offer("a"))), Watch(), 400, alike) == []


def test_a_leaf_that_drifts_starts_again_from_what_it_knew() -> None:
    world, watch = World(document(offer("a"))), Watch()
    lived(world, watch, 300, lambda months, segment: 0.6)
    (drifted,) = lived(world, watch, 200, lambda months, segment: 0.1, seed=2)
    assert isinstance(drifted, ProfileDrifted)
    assert drifted.words.startswith("acceptance fell from 60.7% to ")
    leaves = world.state.leaves
    root = leaves.rows["a", "all"]
    leaf = leaves.at(root, ())
    assert leaf is not None
    assert leaf != root
    assert int(leaves.shown[root]) == 500
    assert int(leaves.shown[leaf]) == 500 - drifted.since
    assert abs(drifted.since - 300) < 30
    alpha, beta = leaves.posterior(np.array([leaf]))
    assert alpha[0] / (alpha[0] + beta[0]) < 0.2


def test_a_profile_that_drifts_again_starts_again_in_the_same_place() -> None:
    world, watch = World(document(offer("a"))), Watch()
    changes = [
        change
        for seed, chance in enumerate((0.6, 0.05, 0.6))
        for change in lived(world, watch, 250, always(chance), seed=seed)
    ]
    assert [type(change) for change in changes] == [ProfileDrifted, ProfileDrifted]
    assert world.state.leaves.size == 3


def test_parts_that_have_become_alike_are_merged() -> None:
    world, watch = World(document(offer("a"))), Watch()
    lived(world, watch, 300, by_tenure)
    changes = lived(world, watch, 1_500, alike, seed=3)
    pruned = [change for change in changes if isinstance(change, ProfilePruned)]
    assert pruned
    assert pruned[0].words == "tenure months below 300 and tenure months from 300 no longer differ"
    leaves = world.state.leaves
    assert leaves.count(leaves.rows["a", "all"]) == 1


def test_a_life_with_proposals_folds_again_to_the_same_state_also_from_a_snapshot() -> None:
    world, watch = World(document(offer("a"))), Watch()
    lived(world, watch, 300, by_tenure)
    kept = unpacked(dict(packed(world.state)))
    at = len(world.facts)
    lived(world, watch, 400, alike, seed=3)
    again = State.empty()
    for position, fact in enumerate(world.facts, 1):
        again = apply(again, position, fact)
        if position > at:
            kept = apply(kept, position, fact)
    assert state_digest(again) == state_digest(world.state) == state_digest(kept)


def test_a_new_watch_proposes_the_same_as_one_that_was_kept() -> None:
    world = World(document(offer("a")))
    rng = default_rng(4)
    for _ in range(300):
        months = float(rng.integers(0, 600))
        token = world.ask(f"s{world.asked}", {TENURE: months})
        world.answer(token, "a", "accepted" if rng.random() < by_tenure(months, "") else "rejected")
    assert propose(world.state, world.now) == propose(world.state, world.now) != []


def test_an_offer_that_is_no_longer_published_is_left_alone() -> None:
    world = World(document(offer("a")))
    rng = default_rng(4)
    for _ in range(300):
        months = float(rng.integers(0, 600))
        token = world.ask(f"s{world.asked}", {TENURE: months})
        world.answer(token, "a", "accepted" if rng.random() < by_tenure(months, "") else "rejected")
    world.publish(document(offer("b"), number=2))
    assert propose(world.state, world.now) == []


def test_whoever_asks_for_a_look_need_not_have_asked_what_is_due() -> None:
    world = World(document(offer("a")))
    assert at_once(Watch().look(world.state, 0, world.now)) is None


def test_an_attribute_that_comes_between_two_steps_of_a_look_is_left_to_the_next() -> None:
    world, watch = World(document(offer("a"))), Watch()
    rng = default_rng(1)
    for _ in range(300):
        months = float(rng.integers(0, 600))
        token = world.ask(f"s{world.asked}", {TENURE: months})
        world.answer(token, "a", "accepted" if rng.random() < by_tenure(months, "") else "rejected")
    (row,) = watch.due(world.state)
    steps = watch.look(world.state, row, world.now)
    next(steps)
    world.ask("newcomer", {SEGMENT: "home"})
    assert isinstance(at_once(steps), ProfileSplit)
