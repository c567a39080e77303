"""Every learner that is registered and every history keeps every law; and a law that is broken is noticed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.events import Fact
from tradewind.engine.core.exploration import Draws
from tradewind.engine.history import MemoryHistory, SqliteHistory, Stored
from tradewind.engine.lab import laws
from tradewind.engine.lab.learner import Choice, Offers
from tradewind.engine.lab.learners import LEARNERS
from tradewind.engine.lab.learners.tree import Tree
from tradewind.engine.lab.learners.uniform import Uniform
from tradewind.engine.lab.problems import Attribute, Floats, Problem, Row

PROBLEM = Problem(
    attributes=(
        Attribute("tenure", "number", 0.0, 60.0),
        Attribute("plan", "category", values=("basic", "gold", "silver")),
        Attribute("fibre", "boolean"),
        Attribute("balance", "number", -5.0, 5.0),
    ),
    offers=("a", "b", "c", "d"),
    hindsight=(0.2, 0.4, 0.1, 0.3),
)


def made_case(size: int = 120) -> laws.Case:
    """Customers of whom some things are not known, and chances that follow from what is."""
    rows: list[Row] = []
    chances = []
    for number in range(size):
        draws = Draws(f"case/{number}".encode())
        plan = PROBLEM.attributes[1].values[int(draws.at(1) * 3)]
        row: Row = (60.0 * draws.at(0), plan, draws.at(2) < 0.5, 10.0 * draws.at(3) - 5.0)
        rows.append(tuple(None if draws.at(10 + at) < 0.15 else value for at, value in enumerate(row)))
        chances.append([0.7 if plan == "gold" else 0.1, 0.5 if row[2] else 0.2, 0.3, draws.at(4)])
    return laws.Case(PROBLEM, rows, chances)


def some_facts() -> list[Fact]:
    """A short life of an engine."""
    world = World(document(offer("o1"), offer("o2", group="others")))
    for number in range(8):
        token = world.ask(f"s-{number % 3}", {"customer.tenure_months": number})
        world.answer(token, world.shown(token)[0], "accepted" if number % 2 else "rejected")
        if number == 5:
            world.answer(token, world.shown(token)[0], "rejected", correction=True)
    world.close()
    world.erase("s-1")
    return world.facts


@pytest.mark.parametrize("name", LEARNERS)
@pytest.mark.parametrize("law", laws.LEARNER_LAWS, ids=lambda law: law.__name__)
def test_every_learner_keeps_every_law(name: str, law: Callable[[laws.Make, laws.Case], None]) -> None:
    law(LEARNERS[name].make, made_case())


@pytest.mark.parametrize(
    "law",
    [law for law in laws.LEARNER_LAWS if law not in (laws.a_correction_unlearns, laws.memory_is_bounded)],
    ids=lambda law: law.__name__,
)
def test_a_tree_that_has_split_keeps_the_laws(law: Callable[[laws.Make, laws.Case], None]) -> None:
    """Corrections are unlearnt in the counts (see test_changing); a split that earlier answers have made stays."""
    law(LEARNERS["tree"].make, made_case(900))


def test_the_tree_splits_in_that_case() -> None:
    tree = LEARNERS["tree"].make(PROBLEM)
    laws.live(tree, made_case(900))
    assert isinstance(tree, Tree)
    assert tree.leaves > len(PROBLEM.offers)


@pytest.mark.parametrize("name", [name for name, entry in LEARNERS.items() if not entry.cheats])
def test_no_learner_but_cheats_looks_into_the_future(name: str) -> None:
    laws.nobody_looks_into_the_future(LEARNERS[name].make, made_case())


@pytest.mark.parametrize("name", [name for name, entry in LEARNERS.items() if not entry.estimates])
def test_a_correction_unlearns_all_that_a_learner_does_not_estimate(name: str) -> None:
    laws.a_correction_unlearns(LEARNERS[name].make, made_case())


@pytest.mark.parametrize("kept_in", ["memory", "sqlite"])
@pytest.mark.parametrize("law", laws.HISTORY_LAWS, ids=lambda law: law.__name__)
def test_every_history_keeps_every_law(
    kept_in: str, law: Callable[[laws.Opened, Sequence[Fact]], None], tmp_path: Path
) -> None:
    number = itertools.count()

    def opened() -> MemoryHistory | SqliteHistory:
        return MemoryHistory() if kept_in == "memory" else SqliteHistory(tmp_path / f"{next(number)}.sqlite")

    law(opened, some_facts())


class Hoarder(Uniform):
    """Breaks laws: keeps every row, learns while it chooses, never unlearns, and has a chance left over."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.kept: list[Floats] = []
        self.told = 0

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        self.kept.append(np.zeros(100))
        return super().choose(row, allowed, draws)._replace(probabilities=np.full(len(allowed), 0.9 / len(allowed)))

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        self.told += 1

    def propensity(self, row: Row) -> Floats:
        return np.full(self._offers, 1.0 / (1 + self.told + len(self.kept)))


@pytest.mark.parametrize(
    "law",
    [
        laws.probabilities_sum_to_one_over_what_is_allowed,
        laws.choosing_changes_nothing,
        laws.replay_equals_live,
        laws.a_correction_unlearns,
        laws.a_correction_is_learnt_from,
        laws.memory_is_bounded,
    ],
    ids=lambda law: law.__name__,
)
def test_a_learner_that_breaks_a_law_is_found_out(law: Callable[[laws.Make, laws.Case], None]) -> None:
    with pytest.raises(laws.LawBroken):
        law(Hoarder, made_case())


class Peeker(Uniform):
    """Looks where it must not, and moves on from what was drawn by what it has seen."""

    made = 0

    def __init__(self, problem: Problem, looks_at: str) -> None:
        super().__init__(problem)
        Peeker.made += 1
        self.looks_at, self.number = looks_at, Peeker.made
        self.best = int(np.argmax(problem.hindsight or (1.0,)))

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        choice = super().choose(row, allowed, draws)
        seen = {"others": self.number, "first column": int(row[0] is None), "hindsight": self.best}[self.looks_at]
        return choice._replace(at=(choice.at + seen) % len(allowed))

    def propensity(self, row: Row) -> Floats:
        return np.full(self._offers, 1.5)


@pytest.mark.parametrize(
    ("looks_at", "law"),
    [
        ("hindsight", laws.what_is_drawn_is_drawn_from_the_vector),
        ("hindsight", laws.nobody_looks_into_the_future),
        ("others", laws.the_same_seeds_give_the_same_choices),
        ("first column", laws.the_order_of_the_attributes_does_not_matter),
        ("first column", laws.propensities_are_chances),
    ],
)
def test_a_learner_that_peeks_is_found_out(looks_at: str, law: Callable[[laws.Make, laws.Case], None]) -> None:
    with pytest.raises(laws.LawBroken):
        law(partial(Peeker, looks_at=looks_at), made_case())


class Forgetful(MemoryHistory):
    """Reads from one fact further on than asked."""

    def read(self, after: int = 0, limit: int = 1000) -> list[Stored]:
        return list(super().read(after + 1, limit))


def test_a_history_that_loses_a_fact_is_found_out() -> None:
    with pytest.raises(laws.LawBroken):
        laws.what_is_durable_is_read_as_it_was_appended(Forgetful, some_facts())
