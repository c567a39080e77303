"""Made-up worlds: their truth is known, and estimates from what happens in them cover it."""

from functools import partial

import numpy as np
import pytest

from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.lab.learner import Choice, Learner
from tradewind.engine.lab.learners import LEARNERS
from tradewind.engine.lab.learners.tree import Tree
from tradewind.engine.lab.simulating import live
from tradewind.engine.lab.worlds import OFFERS, STANDING, WORLDS, World


@pytest.mark.parametrize("name", WORLDS)
def test_a_moment_is_the_same_whoever_asks(name: str) -> None:
    world = World(name, 100, 1)
    for number in (0, 50, 99):
        one, other = world.moment(number), world.moment(number)
        assert one.row == other.row
        assert one.chances.tolist() == other.chances.tolist()
        assert len(one.allowed) >= STANDING
        assert len(one.row) == len(world.problem.attributes)
    assert world.moment(0).row != World(name, 100, 2).moment(0).row


def test_at_half_time_each_offer_takes_over_the_customers_of_another() -> None:
    steady, drift = World("steady", 100, 1), World("drift", 100, 1)
    assert drift.moment(49).chances.tolist() == steady.moment(49).chances.tolist()
    assert drift.moment(50).chances.tolist() == np.roll(steady.moment(50).chances, -1).tolist()
    assert drift.moment(50).row == steady.moment(50).row
    assert len({round(chance, 6) for chance in steady.moment(50).chances}) == OFFERS


def test_offers_arrive_one_after_the_other() -> None:
    world = World("arrivals", 800, 1)
    assert [world.arrives_at(offer) for offer in range(OFFERS)] == [0, 0, 0, 200, 400, 600]
    assert [len(world.moment(number).allowed) for number in (199, 200, 799)] == [3, 4, 6]


def test_agents_sell_different_offers_with_different_success() -> None:
    world = World("agents", 400, 1)
    moments = [world.moment(number) for number in range(400)]
    by_agent = {agent: [m for m in moments if m.row[-1] == f"agent-{agent}"] for agent in (0, 5)}
    weak, strong = (np.mean([m.chances.mean() for m in by_agent[agent]]) for agent in (0, 5))
    assert strong > weak + 0.3
    assert by_agent[0][0].allowed.tolist() != by_agent[5][0].allowed.tolist()


def test_teams_are_the_same_agents_told_beside_the_row() -> None:
    agents, teams = World("agents", 400, 1), World("teams", 400, 1)
    moments = [(agents.moment(number), teams.moment(number)) for number in range(400)]
    assert all(one.row == (*other.row, other.agent) for one, other in moments)
    assert all(one.chances.tolist() == other.chances.tolist() for one, other in moments)
    assert 0.1 < np.mean([len(other.allowed) == OFFERS for _, other in moments]) < 0.3
    assert World("steady", 400, 1).moment(0).agent is None
    usual = np.mean([other.usual for _, other in moments], axis=0)
    assert usual == pytest.approx(np.mean([other.chances for _, other in moments], axis=0), abs=0.05)


@pytest.mark.parametrize("name", ["tree", "scorer"])
def test_who_hears_which_agent_sold_comes_nearer_to_what_offers_are_worth(name: str) -> None:
    blind, told = (live(World("teams", 2000, 2), LEARNERS[name].make, names_agents=named) for named in (False, True))
    assert told.off_by < 0.7 * blind.off_by
    halves = [(life.said - life.usual).reshape(2, -1).mean(axis=1) for life in (blind, told)]
    apart = [strong - weak for weak, strong in halves]
    assert apart[0] > 0.1
    assert abs(apart[1]) < 0.7 * apart[0]


@pytest.mark.parametrize("name", ["tree", "scorer"])
def test_what_was_due_to_an_agent_is_taken_back_with_the_response(name: str) -> None:
    world = World("teams", 300, 1)
    corrected, right = LEARNERS[name].make(world.problem), LEARNERS[name].make(world.problem)

    def tell(number: int, learner: Learner) -> Choice:
        moment = world.moment(number)
        choice = learner.choose(moment.row, moment.allowed, Draws(f"{number}".encode()))._replace(agent=moment.agent)
        learner.learn(choice, MICRO * (moment.fate < moment.chances[choice.offer]))
        return choice

    for number in range(200):
        for learner in (corrected, right):
            tell(number, learner)
    moment = world.moment(200)
    late = corrected.choose(moment.row, moment.allowed, Draws(b"late"))._replace(agent="agent-5")
    corrected.learn(late, MICRO)
    corrected.learn(late, None, instead_of=MICRO)
    for number in range(200, 220):
        row = world.moment(number).row
        assert corrected.propensity(row) == pytest.approx(right.propensity(row), abs=0.02 if name == "scorer" else 1e-9)


@pytest.mark.parametrize("name", WORLDS)
def test_a_uniform_policy_reproduces_the_uniform_rate(name: str) -> None:
    life = live(World(name, 2000, 3), LEARNERS["uniform"].make)
    assert abs(life.accepted.mean() - life.even.mean()) < 3 * 0.5 / np.sqrt(2000)
    assert life.log.weights.tolist() == pytest.approx([1.0] * 2000)


def test_intervals_from_a_learning_policys_log_cover_the_truth() -> None:
    """A policy that changes with every answer logs in each world; of 40 lives at most 2 may miss."""
    missed, estimated = dict.fromkeys(("ips", "snips", "dr"), 0), 0
    for seed in range(10):
        for name in WORLDS:
            life = live(World(name, 800, seed), partial(Tree, policy="squarecb", floor=0.05))
            found = life.estimated()
            if found is not None:
                estimated += 1
                for estimator in missed:
                    each = getattr(found, estimator)
                    missed[estimator] += not each.low <= life.even.mean() <= each.high
    assert max(missed.values()) <= 2
    assert estimated >= 30


def test_what_learns_comes_nearer_to_the_best_than_chance() -> None:
    life = live(World("steady", 1500, 1), LEARNERS["linear"].make)
    assert life.chances.mean() > life.even.mean() + 0.3 * (life.best.mean() - life.even.mean())


def test_after_the_turn_a_learner_recovers_and_a_new_offer_is_shown() -> None:
    drifted = live(World("drift", 3000, 1), LEARNERS["uniform"].make)
    assert drifted.recovered_after is not None
    arrived = live(World("arrivals", 2000, 1), LEARNERS["uniform"].make)
    moments, even = arrived.first_shows(4) or (0, 0.0)
    assert 0.5 < moments / even < 1.5
    assert live(World("arrivals", 800, 1), LEARNERS["uniform"].make).first_shows(5) is None


@pytest.mark.parametrize("name", ["tree", "tree-squarecb", "scorer"])
def test_a_new_offer_is_shown_fifty_times_within_what_a_uniform_share_takes(name: str) -> None:
    lives = [live(World("arrivals", 1600, seed), LEARNERS[name].make) for seed in (1, 2)]
    found = [life.first_shows(offer) for life in lives for offer in range(STANDING, OFFERS - 1)]
    took, share = zip(*(each for each in found if each is not None), strict=True)
    assert len(took) == len(found)
    assert sum(took) <= sum(share)
