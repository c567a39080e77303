"""A root keeps its newest responses, in the order of history, and what a correction makes of them."""

import numpy as np
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.keeping import packed, unpacked
from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.predictors.evidence import MICRO, Evidence
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.state import state_digest

YES, NO, NOTHING = Evidence(1, 1, MICRO), Evidence(1, 0, 0), Evidence()


def test_only_the_newest_are_kept_the_oldest_first() -> None:
    samples = Samples(kept=3)
    for at in range(5):
        assert samples.add(0, samples.binned({"a": at}), YES) == at
    assert samples.retained(0).bins[:, 0].tolist() == [2, 3, 4]
    assert samples.first(0) == 2


def test_a_pushed_out_entry_is_not_rewritten() -> None:
    samples = Samples(kept=2)
    for at in range(3):
        samples.add(0, samples.binned({"a": at}), YES)
    samples.rewrite(0, 0, NO)
    samples.rewrite(0, 1, NO)
    assert samples.retained(0).accepted.tolist() == [0, 1]


def test_an_attribute_that_came_later_is_missing_in_older_entries() -> None:
    samples = Samples(kept=3)
    old = samples.binned({"a": 1})
    samples.add(0, old, YES)
    samples.add(0, samples.binned({"b": 2}), NO)
    samples.add(0, old, NO)
    assert samples.retained(0).bins.tolist() == [[1, MISSING], [MISSING, 2], [1, MISSING]]
    assert samples.row(old).get("b", MISSING) == MISSING


def test_a_sample_comes_back_from_a_snapshot() -> None:
    samples = Samples(kept=3)
    for at in range(4):
        samples.add(at % 2, samples.binned({"a": at}), YES)
    again = Samples.unpacked(samples.packed())
    assert list(again.listed()) == list(samples.listed())
    assert Samples.unpacked(Samples().packed()).roots == {}


def test_ignored_and_answered_presentations_lie_in_the_sample_with_their_bins() -> None:
    world = World(document(offer("a")))
    answered = world.ask("s1", {"customer.tenure_months": 500})
    world.ask("s2", {"customer.tenure_months": 1})
    world.answer(answered, "a", "accepted")
    world.now += 4 * 24 * 3600 * 1_000_000
    world.close()
    root = world.state.leaves.rows["a", "all"]
    kept = world.state.samples.retained(root)
    assert (kept.shown.tolist(), kept.accepted.tolist()) == ([1, 1], [1, 0])
    column = world.state.samples.columns["customer.tenure_months"]
    assert np.array_equal(kept.bins[:, column] > 8, [True, False])
    assert state_digest(unpacked(dict(packed(world.state)))) == state_digest(world.state)
