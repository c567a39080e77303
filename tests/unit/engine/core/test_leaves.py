"""Evidence is counted in whole numbers and shrunk towards the offer's group."""

import numpy as np
import pytest

from tradewind.engine.core.predictors.leaves import MICRO, Evidence, Leaves

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
