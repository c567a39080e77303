"""Evidence is counted in whole numbers and shrunk towards the offer's group."""

from itertools import pairwise

import numpy as np
import pytest

from tradewind.engine.core.kernels.trees import LATE
from tradewind.engine.core.predictors.evidence import MICRO, Evidence
from tradewind.engine.core.predictors.leaves import Leaves

YES, NO, NOTHING = Evidence(1, 1, MICRO), Evidence(1, 0, 0), Evidence()


def grown(counts: dict[tuple[str, str, str], tuple[int, int]]) -> Leaves:
    leaves = Leaves()
    rows = leaves.plant(counts)
    for row, (yes, no) in zip(rows, counts.values(), strict=True):
        for evidence in [YES] * yes + [NO] * no:
            leaves.change(int(row), NOTHING, evidence)
    return leaves


def test_without_any_evidence_the_prior_is_uniform() -> None:
    alpha, beta = grown({("a", "p", "g"): (0, 0)}).posterior(np.array([0]))
    assert (alpha[0], beta[0]) == (1.0, 1.0)


def test_evidence_moves_the_posterior_of_its_own_leaf_most() -> None:
    leaves = grown({("a", "p", "g"): (0, 9), ("b", "p", "g"): (0, 0), ("c", "p", "h"): (0, 0)})
    alpha, beta = leaves.posterior(np.array([0, 1, 2]))
    means = alpha / (alpha + beta)
    assert means[0] < means[1] < means[2] < 0.5


def test_a_new_offer_starts_from_its_groups_prior() -> None:
    leaves = grown({("a", "p", "keen"): (90, 10), ("b", "p", "shy"): (10, 90)})
    rows = leaves.plant([("new", "p", "keen"), ("other", "p", "shy")])
    alpha, beta = leaves.posterior(rows)
    assert (alpha / (alpha + beta)).tolist() == pytest.approx([0.89, 0.11], abs=0.01)


def test_much_evidence_leaves_the_prior_behind() -> None:
    alpha, beta = grown({("a", "p", "g"): (300, 700)}).posterior(np.array([0]))
    assert alpha[0] / (alpha[0] + beta[0]) == pytest.approx(0.3, abs=0.001)
    assert alpha[0] + beta[0] == pytest.approx(1002.0)


def test_unlearning_restores_the_counts() -> None:
    leaves = grown({("a", "p", "g"): (3, 4)})
    before = leaves.listed()
    leaves.change(0, NOTHING, YES)
    assert leaves.listed() != before
    leaves.change(0, YES, NOTHING)
    assert leaves.listed() == before
    assert leaves.group_reward.tolist() == [3 * MICRO]


def test_an_offer_that_changes_its_group_takes_its_evidence_along() -> None:
    leaves = grown({("a", "p", "g"): (5, 5), ("b", "p", "h"): (0, 2)})
    leaves.plant([("a", "p", "h")])
    assert leaves.listed()[0][:3] == ("a", "p", "h")
    assert leaves.group_shown.tolist() == [0, 12]


def test_more_leaves_than_there_was_room_for_keep_their_counts() -> None:
    leaves = grown({(f"o{n:03d}", "p", f"g{n % 5}"): (n % 3, 1) for n in range(100)})
    assert [leaf[3:5] for leaf in leaves.listed()] == [(n % 3 + 1, n % 3) for n in range(100)]
    assert leaves.group_shown.sum() == sum(n % 3 + 1 for n in range(100))


def test_the_list_is_sorted_whatever_the_order_of_planting() -> None:
    names = [("b", "q", "g"), ("a", "z", "h"), ("b", "p", "g")]
    one, two = Leaves(), Leaves()
    one.plant(names)
    two.plant(names[::-1])
    assert one.listed() == two.listed()


YOUNG = 0b0000_0000_0000_1111
"""The first four bins; neither the others nor missing."""


def test_a_split_sends_bins_to_their_child_and_what_is_missing_to_the_second() -> None:
    leaves = grown({("a", "p", "g"): (4, 4)})
    young, others = leaves.split(0, "customer.age", YOUNG)
    assert [leaves.leaf(0, {"customer.age": at}) for at in (0, 3, 4, 15)] == [young, young, others, others]
    assert leaves.leaf(0, {"customer.x": 1}) == others
    deep, _ = leaves.split(others, "customer.x", 0b10)
    assert leaves.leaf(0, {"customer.age": 9, "customer.x": 1}) == deep


def test_children_start_from_their_parents_mean_and_learn_for_it() -> None:
    leaves = grown({("a", "p", "g"): (30, 10)})
    children = np.array(leaves.split(0, "customer.age", YOUNG))
    alpha, beta = leaves.posterior(np.array([0, *children]))
    means = (alpha / (alpha + beta)).tolist()
    assert means[1:] == pytest.approx([means[0]] * 2)
    assert alpha[1] + beta[1] == pytest.approx(2.0)
    for _ in range(20):
        leaves.change(int(children[0]), NOTHING, NO)
    after = leaves.posterior(np.array([0, *children]))[0] / sum(leaves.posterior(np.array([0, *children])))
    assert after[1] < after[0] < means[0]
    assert after[2] == pytest.approx(after[0])
    assert leaves.shown[[0, *children]].tolist() == [60, 20, 0]
    assert leaves.group_shown.tolist() == [60]


@pytest.mark.parametrize("mask", [0, 2**17 - 1])
def test_a_child_that_would_get_nothing_is_refused(mask: int) -> None:
    with pytest.raises(ValueError, match="cannot be split"):
        grown({("a", "p", "g"): (0, 0)}).split(0, "customer.age", mask)


def test_a_leaf_is_split_once() -> None:
    leaves = grown({("a", "p", "g"): (0, 0)})
    leaves.split(0, "customer.age", YOUNG)
    with pytest.raises(ValueError, match="cannot be split"):
        leaves.split(0, "customer.age", YOUNG)


def test_the_list_tells_what_was_split_and_how() -> None:
    leaves = grown({("a", "p", "g"): (1, 1), ("b", "p", "g"): (0, 0)})
    before = leaves.listed()
    young, _ = leaves.split(0, "customer.age", YOUNG)
    leaves.change(young, NOTHING, YES)
    split = ("customer.age", YOUNG, (1, 1, MICRO), (0, 0, 0))
    assert leaves.listed() == [("a", "p", "g", 3, 2, 2 * MICRO, split), before[1]]


def test_a_tree_is_packed_and_unpacked_as_it_was() -> None:
    leaves = grown({("a", "p", "g"): (1, 1), ("b", "p", "h"): (2, 0)})
    young, _ = leaves.split(0, "customer.age", YOUNG)
    leaves.change(young, NOTHING, YES)
    leaves.plant([("c", "p", "h")])
    again = Leaves.unpacked(leaves.packed())
    assert again.listed() == leaves.listed()
    assert again.leaf(0, {"customer.age": 1}) == young
    assert again.groups.tolist() == leaves.groups.tolist()
    assert again.plant([("d", "p", "h")]).tolist() == [5]


def test_what_was_planted_last_is_taken_back_and_nothing_is_left_of_it() -> None:
    leaves = grown({("a", "p", "g"): (5, 5), ("b", "p", "g"): (0, 2)})
    before, table = leaves.packed(), leaves.table[: leaves.size].tolist()
    leaves.plant([("new", "p", "h"), ("b", "q", "g")])
    leaves.uproot(roots=2, groups=1)
    assert leaves.packed() == before
    assert leaves.plant([("later", "p", "g")]).tolist() == [2]
    assert leaves.table[:2].tolist() == table


def test_who_is_planted_when_others_were_learnt_from_comes_late_and_a_snapshot_knows() -> None:
    leaves = grown({("a", "p", "g"): (0, 0), ("b", "p", "g"): (1, 0)})
    late, early = leaves.plant([("c", "p", "g"), ("a", "p", "g")]).tolist()
    for each in (leaves, Leaves.unpacked(leaves.packed())):
        assert each.table[[late, early, 1], LATE].tolist() == [1, 0, 0]
        assert each.structure() != grown({("a", "p", "g"): (0, 0), ("b", "p", "g"): (1, 0)}).structure()


def test_what_is_expected_of_a_root_follows_everything_that_changes_it() -> None:
    leaves = grown({("a", "p", "g"): (3, 4), ("b", "p", "h"): (1, 0)})

    def told() -> float:
        found = leaves.expected_for(0, ("x",), b"\x01")
        assert found == leaves.expected_for(0, ("x",), b"\x01")
        assert found == Leaves.unpacked(leaves.packed()).expected_for(0, ("x",), b"\x01")
        return found

    all_told = [told()]
    leaves.change(0, NOTHING, YES)
    all_told.append(told())
    leaves.change(1, NOTHING, Evidence(shown=5))  # of another group, which says something of all groups
    all_told.append(told())
    leaves.plant([("a", "p", "h")])
    all_told.append(told())
    leaves.split(0, "x", 0b10)
    leaves.change(2, NOTHING, NO)
    all_told.append(told())
    leaves.prune(0)
    all_told.append(told())
    assert all(before != after for before, after in pairwise(all_told))
    assert leaves.expected_for(0, ("x",), b"") == all_told[-1]
