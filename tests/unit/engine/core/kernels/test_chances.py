"""Selection probabilities are distributions, honour the floor, and are what is drawn from."""

import numpy as np
import pytest

from tradewind.engine.core.kernels.chances import draw, greedy, is_introduced, share_floor, share_introduction, squarecb


def shared(chances: list[float], floor: float) -> list[float]:
    vector = np.array(chances)
    share_floor(vector, floor)
    return [float(chance) for chance in vector]


def gapped(scores: list[float], evidence: int) -> list[float]:
    vector = np.empty(len(scores))
    squarecb(np.array(scores), np.arange(len(scores)), evidence, vector)
    return [float(chance) for chance in vector]


def test_equal_scores_share_what_the_best_one_gets() -> None:
    vector = np.empty(3)
    greedy(np.array([1.0, 2.0, 2.0]), np.arange(3), vector)
    assert vector.tolist() == [0.0, 0.5, 0.5]


def test_an_entry_of_zero_is_never_drawn() -> None:
    vector = np.array([0.0, 0.5, 0.0, 0.5, 0.0])
    assert {draw(vector, uniform) for uniform in (0.0, 0.2, 0.5, 0.7, 1.0 - 2.0**-53)} == {1, 3}


def test_the_floor_is_shared_by_all() -> None:
    mixed = shared([0.7, 0.3, 0.0, 0.0], 0.2)
    assert mixed == pytest.approx([0.61, 0.29, 0.05, 0.05])


def test_a_whole_floor_is_uniform() -> None:
    assert shared([1.0, 0.0, 0.0], 1.0) == pytest.approx([1 / 3] * 3)


def introduced(
    chances: list[float], tries: list[float], floor: float, *, late: list[float] | None = None
) -> list[float]:
    vector = np.array(chances)
    new = np.ones(len(tries)) if late is None else np.array(late)
    share_introduction(np.array(tries), new, np.arange(len(tries)), 50.0, floor, vector)
    return [float(chance) for chance in vector]


def test_a_new_one_gets_an_even_share_and_what_the_policy_adds() -> None:
    mixed = introduced([0.7, 0.3, 0.0, 0.0], [900.0, 300.0, 80.0, 49.0], 0.2)
    assert mixed == pytest.approx([0.05 + 0.6 * 0.7, 0.05 + 0.6 * 0.3, 0.05, 0.25])
    assert introduced([0.0, 1.0], [900.0, 3.0], 0.0) == pytest.approx([0.0, 1.0])


def test_one_that_was_there_from_the_beginning_is_left_to_the_policy() -> None:
    chances, tries = [1.0, 0.0, 0.0], [900.0, 3.0, 3.0]
    assert introduced(chances, tries, 0.3, late=[0.0, 0.0, 1.0]) == pytest.approx(
        [0.1 + 1 - 0.1 - 0.1 - 1 / 3, 0.1, 1 / 3]
    )


def test_where_most_are_new_they_share_nearly_all() -> None:
    assert introduced([1.0, 0.0, 0.0, 0.0], [900.0, 0.0, 0.0, 0.0], 0.0) == pytest.approx([0.25] * 4)


@pytest.mark.parametrize(
    ("tries", "are_new_ones_introduced"),
    [
        ([900.0, 300.0, 0.0], True),
        ([900.0, 300.0, 50.0], False),  # it is known by now
        ([100.0, 49.0, 0.0], False),  # nothing is known yet: the policy tries everybody by itself
        ([0.0, 0.0, 0.0], False),
    ],
)
def test_new_ones_are_introduced_to_a_pool_that_knows_its_way(
    tries: list[float], are_new_ones_introduced: bool
) -> None:
    assert is_introduced(np.array(tries), np.ones(3), np.arange(3), 50.0) is are_new_ones_introduced


def test_nobody_is_introduced_who_did_not_come_late() -> None:
    assert not is_introduced(np.array([900.0, 300.0, 0.0]), np.array([1.0, 1.0, 0.0]), np.arange(3), 50.0)


def test_without_an_introduction_nobody_is_introduced() -> None:
    assert not is_introduced(np.array([900.0, 0.0]), np.ones(2), np.arange(2), 0.0)


def test_squarecb_gives_less_to_a_wider_gap_and_less_with_more_evidence() -> None:
    early, late = gapped([1.0, 0.9, 0.2], 10), gapped([1.0, 0.9, 0.2], 10_000)
    assert early[0] > early[1] > early[2] > late[2]
    assert sum(early) == pytest.approx(1.0)
    assert sum(late) == pytest.approx(1.0)


def test_squarecb_without_any_worth_is_uniform() -> None:
    assert gapped([0.0] * 4, 100) == [0.25] * 4
