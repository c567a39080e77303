"""The harness of the learning benchmark on tiny tables: peers keep to the protocol, and the uniform check can fail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks import results
from benchmarks.learning import contestants, page, tables, worlds
from benchmarks.learning.contestants import ORACLE, for_table
from benchmarks.learning.estimators import Estimated, OnOpenBandit, Simulated
from benchmarks.learning.outcomes import Outcomes, figures, recovery
from benchmarks.learning.peers import PEERS
from benchmarks.learning.peers.peer import CannotUnlearn
from benchmarks.learning.running import Failed, run_all
from benchmarks.learning.sets import SETS, Absent, table_of
from benchmarks.learning.tables import Calibration, Check, Pass, binned
from benchmarks.learning.uniformity import uniform_rate
from benchmarks.learning.watching import Dishonest, Overruled
from benchmarks.learning.worlds import Lived, Living
from tests.unit.engine.lab.made import PROBLEM, made_table

from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.bandit import try_out
from tradewind.engine.lab.learner import Choice, Offers
from tradewind.engine.lab.learners import LEARNERS, SHIPPED
from tradewind.engine.lab.learners.uniform import Uniform
from tradewind.engine.lab.problems import Row

TABLE = made_table(300)


@pytest.fixture
def make(request: pytest.FixtureRequest) -> Any:
    """A peer as it is before it is tuned, where its package is installed."""
    entry = PEERS[request.param]
    pytest.importorskip(entry.package)
    return for_table(request.param, TABLE, tune=False).make


every_peer = pytest.mark.parametrize("make", PEERS, indirect=True)


@every_peer
def test_a_peer_learns_what_can_be_learnt(make: Any) -> None:
    """It is above the uniform rate by more than chance."""
    trial = try_out(made_table(600), make, seeds=1)
    assert trial.acceptance > 1 / 3 + 4 * np.sqrt(2 / 9 / 600)


@every_peer
def test_a_uniform_policy_through_a_peer_gets_the_uniform_rate(make: Any) -> None:
    rate = uniform_rate(TABLE, make)
    assert rate.expected == pytest.approx(1 / 3)
    assert rate.holds


@every_peer
def test_choosing_changes_nothing_in_a_peer(make: Any) -> None:
    asked, left = make(PROBLEM), make(PROBLEM)
    everything = np.arange(3)
    for number, (row, label) in enumerate(zip(TABLE.rows[:150], TABLE.labels, strict=False)):
        asked.choose(TABLE.rows[-1 - number], everything, Draws(b"another"))
        choices = [each.choose(row, everything, Draws(f"{number}".encode())) for each in (asked, left)]
        assert choices[0].probabilities.tolist() == choices[1].probabilities.tolist()
        assert choices[0].at == choices[1].at
        for each, choice in zip((asked, left), choices, strict=True):
            each.learn(choice, 1_000_000 * (choice.offer == label))


@every_peer
def test_a_peer_chooses_from_the_allowed_offers_alone(make: Any) -> None:
    learner, allowed = make(PROBLEM), np.array([0, 2])
    for number, row in enumerate(TABLE.rows[:130]):
        choice = learner.choose(row, allowed, Draws(f"{number}".encode()))
        assert choice.offer in (0, 2)
        assert len(choice.probabilities) == 2
        assert choice.probabilities.sum() == pytest.approx(1.0, abs=1e-6)
        learner.learn(choice, 1_000_000)


@every_peer
def test_a_peer_takes_a_row_of_which_nothing_is_known(make: Any) -> None:
    learner = make(PROBLEM)
    choice = learner.choose((None, None, None), np.arange(3), Draws(b"nothing"))
    learner.learn(choice, 0)
    assert learner.propensity((None, None, None)).shape == (3,)


@every_peer
def test_a_peer_says_that_it_cannot_take_back_an_answer(make: Any) -> None:
    learner = make(PROBLEM)
    choice = learner.choose(TABLE.rows[0], np.arange(3), Draws(b"first"))
    learner.learn(choice, 1_000_000)
    with pytest.raises(CannotUnlearn):
        learner.learn(choice, 0, instead_of=1_000_000)


@pytest.mark.parametrize("name", PEERS)
def test_every_setting_that_is_tried_is_one_that_the_peer_has(name: str) -> None:
    pytest.importorskip(PEERS[name].package)
    for step in PEERS[name].steps(PROBLEM):
        for change in step:
            assert change.keys() <= PEERS[name].start.keys()
            settings = {**PEERS[name].start, **change}
            learner = PEERS[name].make(PROBLEM, settings)
            choice = learner.choose(TABLE.rows[0], np.arange(3), Draws(b"first"))
            learner.learn(choice, 1_000_000)


def test_a_peer_is_tuned_on_rows_in_an_order_that_is_not_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []

    def spied(*args: Any, **kwargs: Any) -> Any:
        seeds.append(kwargs["first"])
        return try_out(*args, **kwargs)

    monkeypatch.setattr(contestants, "try_out", spied)
    monkeypatch.setattr(contestants, "TUNING_ROWS", 60)
    tuned = for_table("linucb", TABLE)
    assert set(seeds) == {contestants.TUNING_SEED}
    assert tuned.tried == len(seeds) == 12
    assert tuned.settings.keys() == {"alpha", "ridge"}


def test_the_oracle_knows_a_label_only_afterwards_and_learns_more_than_its_own_offers_tell() -> None:
    pytest.importorskip("sklearn")
    table = made_table(600)
    oracle = for_table(ORACLE, table).make(table.problem)
    before = oracle.choose(table.rows[0], np.arange(3), Draws(b"first"))
    flipped = made_table(600)
    flipped = type(table)(table.problem, table.rows, tuple((label + 1) % 3 for label in flipped.labels))
    other = for_table(ORACLE, flipped).make(table.problem).choose(table.rows[0], np.arange(3), Draws(b"first"))
    assert other.probabilities.tolist() == before.probabilities.tolist()
    got = try_out(table, for_table(ORACLE, table).make, seeds=1).acceptance
    assert got > 0.85


class Shifting(Uniform):
    """Disturbs what it is given: the harness must not let that show, or must say so."""

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        choice = super().choose(row, allowed, draws)
        return choice._replace(allowed=np.roll(allowed, 1))


def test_a_learner_that_chooses_from_other_offers_is_found_out() -> None:
    with pytest.raises(Dishonest, match="other offers"):
        uniform_rate(TABLE, Shifting)


def test_the_uniform_check_fails_where_a_label_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A harness that tells the label to the policy that overrules."""
    label = {id(row): offer for row, offer in zip(TABLE.rows, TABLE.labels, strict=True)}

    def leaking(self: Overruled, row: Row, allowed: Offers, draws: Draws) -> Choice:
        at = label[id(row)] if draws.at(5) < 0.2 else int(draws.at(6) * len(allowed))
        return Choice(row, allowed, np.full(len(allowed), 1 / len(allowed)), at)

    monkeypatch.setattr(Overruled, "choose", leaking)
    rate = uniform_rate(TABLE, LEARNERS["uniform"].make)
    assert rate.deviations > 4.0
    assert not rate.holds


def test_bins_count_what_was_said_and_what_came() -> None:
    bins = binned(np.array([0.05, 0.31, 0.39, 1.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert bins.counts == (1, 0, 0, 2, 0, 0, 0, 0, 0, 1)
    assert bins.error == pytest.approx((0.05 + abs(0.7 - 1.0) + 0.0) / 4)
    assert bins.plus(bins).counts[3] == 4


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made table in place of every set, and short worlds."""
    monkeypatch.setattr(tables, "table_of", lambda name, rows: made_table(200))
    monkeypatch.setattr(worlds, "SIZES", {"drift": 500, "arrivals": 500})


@pytest.mark.usefixtures("tiny")
def test_jobs_find_what_the_page_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contestants, "TUNING_ROWS", 60)
    learners = [SHIPPED, "tree", "tree-squarecb", "linear", "linucb", "uniform"]
    jobs: list[Any] = [
        *(Pass("phishing", name, 200, 2) for name in learners),
        *(Check("phishing", name) for name in learners),
        Calibration("phishing", SHIPPED, 200),
        *(Living(world, name, 500, 1) for world in ("drift", "arrivals") for name in ("tree", "linear")),
    ]
    found = run_all(jobs, processes=1, costs=lambda job, rows: 1.0)
    told = [OnOpenBandit("men", 0.005, 0.001, 1000, 200.0, Estimated(0.005, 0.006, {"ips": (0.005, 0.0, 0.1)}))]
    logs = Simulated((Estimated(0.3, 0.4, dict.fromkeys(("ips", "snips", "dr"), (0.31, 0.2, 0.4))),))
    outcomes = Outcomes.sorted_out([*found, *told, logs])
    assert outcomes.failed == []
    measured = {figure.name: figure for figure in figures(outcomes)}
    ours, theirs = (measured[f"acceptance.phishing.{name}"].value for name in (SHIPPED, "linucb"))
    assert measured[f"acceptance.phishing.{SHIPPED}"].ratio == pytest.approx(theirs / ours, abs=1e-3)
    assert measured["estimate.dr.coverage"].value == 100.0
    assert measured["estimate.dr.error"].ratio == pytest.approx(0.1)
    _write(outcomes, list(measured.values()), tmp_path, monkeypatch)
    text = (tmp_path / "learning.md").read_text(encoding="utf-8")
    assert "| `phishing` | River: is a site there to deceive | 200 × 3 |" in text
    assert "Not measured yet" not in text
    assert {file.name for file in tmp_path.glob("*.png")} == set(page._WORDS)


def _write(
    outcomes: Outcomes, measured: Sequence[results.Figure], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = folder / "learning.md"
    written.write_text(page.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", written)
    monkeypatch.setattr(page, "IMAGES", folder)
    page.write(outcomes, measured)


def test_who_never_recovers_counts_with_all_the_rows_that_are_left() -> None:
    lived = Lived("drift", "tree", 600, (0.5,), (0.6,), (200, None), (), (), {}, 0)
    assert recovery(lived) == [200.0, 300.0]


def test_a_job_that_fails_is_told_and_the_others_go_on() -> None:
    found = run_all([Pass("nowhere", "uniform", 10, 1)], processes=1, costs=lambda job, rows: 1.0)
    assert isinstance(found[0], Failed)
    assert "nowhere" in found[0].reason


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_a_table_without_its_label(name: str) -> None:
    try:
        table = table_of(name, rows=200)
    except Absent as absent:
        pytest.skip(str(absent))
    assert len(table.rows) == len(table.labels) == 200
    assert sum(table.problem.hindsight) == pytest.approx(1.0)
    assert max(table.problem.hindsight) < 0.99
    names = {attribute.name for attribute in table.problem.attributes}
    assert not names & {"label", "ID", "ID#", "Seq#", "Personal Loan"} or name == "bank-education"
