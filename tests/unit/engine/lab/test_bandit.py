"""A labelled table as a bandit problem."""

import math
from typing import Any

import numpy as np
import pytest
from tests.unit.engine.lab.made import PROBLEM, made_table

from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.bandit import shuffled, try_out
from tradewind.engine.lab.learner import Choice
from tradewind.engine.lab.learners import LEARNERS, SHIPPED
from tradewind.engine.lab.learners.uniform import Uniform


class Spy(Uniform):
    """Keeps what it is told."""

    def __init__(self, problem: Any) -> None:
        super().__init__(problem)
        self.told: list[tuple[Choice, int | None]] = []

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        self.told.append((choice, reward))


def test_an_order_has_every_row_once_and_belongs_to_its_seed() -> None:
    assert sorted(shuffled(100, seed=1)) == list(range(100))
    assert shuffled(100, seed=1) == shuffled(100, seed=1) != shuffled(100, seed=2)


def test_passes_belong_to_their_seeds_wherever_one_begins() -> None:
    table, make = made_table(200), LEARNERS["uniform"].make
    both = try_out(table, make, seeds=2).acceptances
    assert try_out(table, make, seeds=1, first=2).acceptances == both[1:]


def test_a_uniform_policy_reproduces_the_uniform_rate() -> None:
    trial = try_out(made_table(), LEARNERS["uniform"].make, seeds=10)
    deviation = math.sqrt(2 / 9 / 4000)
    assert abs(trial.acceptance - 1 / 3) < 3 * deviation


def test_the_best_fixed_offer_gets_what_hindsight_says() -> None:
    table = made_table()
    shares = [table.labels.count(offer) / len(table.labels) for offer in range(3)]
    trial = try_out(table, LEARNERS["fixed"].make, seeds=2)
    assert trial.acceptances == (shares[1], shares[1])
    assert trial.std == 0.0


def test_a_learner_hears_of_its_own_choice_alone_and_never_of_the_label() -> None:
    table, spies = made_table(60), []

    def make(problem: Any) -> Spy:
        spies.append(Spy(problem))
        return spies[-1]

    trial = try_out(table, make, seeds=1)
    told = spies[0].told
    assert len(told) == 60
    assert {reward for _, reward in told} == {0, 1_000_000}
    assert sum(reward == 1_000_000 for _, reward in told) / 60 == trial.acceptance
    assert all(choice.row in table.rows for choice, _ in told)


def test_the_same_seeds_give_the_same_numbers_and_every_row_is_told_of() -> None:
    done: list[int] = []
    first = try_out(made_table(250), LEARNERS["tree"].make, seeds=2, tell=done.append)
    assert first.acceptances == try_out(made_table(250), LEARNERS["tree"].make, seeds=2).acceptances
    assert sum(done) == 500


@pytest.mark.parametrize("name", ["tree", "tree-squarecb", "linear"])
def test_whoever_learns_beats_chance(name: str) -> None:
    assert try_out(made_table(1200), LEARNERS[name].make, seeds=2).acceptance > 0.40


def test_the_linear_learner_finds_what_the_attributes_say() -> None:
    assert try_out(made_table(1200), LEARNERS["linear"].make, seeds=2).acceptance > 0.7


def test_who_serves_is_registered_and_cheats_are_marked() -> None:
    assert SHIPPED in LEARNERS
    assert [name for name, entry in LEARNERS.items() if entry.cheats] == ["fixed"]


def test_a_value_that_was_never_seen_is_chosen_for_all_the_same() -> None:
    for entry in LEARNERS.values():
        learner = entry.make(PROBLEM)
        choice = learner.choose((1e12, "platinum", None), np.arange(3), Draws(b"x"))
        learner.learn(choice, 1_000_000)
        assert learner.propensity((None, None, None)).shape == (3,)
