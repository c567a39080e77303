"""The harness of the benchmarks on tiny sizes: it runs, both sides do the same work, nothing is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks import results
from benchmarks.decisions import growth, http, learning, page, past, process, rebuild, stages, world
from benchmarks.decisions.end_to_end import Step, search
from benchmarks.decisions.vowpal import PEER, Vowpal
from benchmarks.pages import between

from tradewind.engine.core.state import State, apply
from tradewind.engine.history import HistoryReader, Verified, verify


@pytest.fixture(autouse=True)
def _small_and_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(process, "CUSTOMERS", 5)
    monkeypatch.setattr(world, "TAUGHT", 20)
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    results.start_run(keep=False)


def test_a_decision_is_measured_beside_its_peer() -> None:
    process.measure(10, rounds=20, warm_up=0)
    process.measure_equal_work(10, rounds=20, warm_up=0)
    measured = {figure.name: figure for figure in results.figures()}
    assert set(measured) == {
        "decide.offers=10",
        "decide.squarecb.offers=10",
        "decide.parsed.offers=10",
        "decide.equal_work.offers=10",
    }
    assert all(figure.ratio and figure.p50 and figure.p99 and figure.peer for figure in measured.values())


def test_a_decision_in_which_scorers_rank_is_measured_with_trees_that_are_grown() -> None:
    figure = process.measure_scorers(10, rounds=20, warm_up=0)
    assert (figure.name, figure.peer) == ("decide.scorer.offers=10", PEER)
    assert figure.ratio
    scorers = process.live(world.publication(10, ranked_by="scorer")).state.scorers
    assert scorers.grown[:10].all()
    assert (scorers.nodes[:10] >> 25).any(axis=(1, 2)).all()


def test_a_response_is_measured_with_and_without_a_scorer_that_learns_from_it() -> None:
    asked = [learning.ask(10, 12, ranked_by=by) for by in ("profiles", "scorer")]
    for each in asked:
        before = each.state.leaves.shown.sum()
        for index in range(12):
            each.learn(index)
        assert each.state.leaves.shown.sum() > before
    learning.measure(10, rounds=20, warm_up=0)
    learning.measure_memory(30, responses=5)
    assert [figure.name for figure in results.figures()] == [
        "learn.attributes=30", "learn.scorer.attributes=30",
        "learn.attributes=30.memory", "learn.scorer.attributes=30.memory",
    ]  # fmt: skip
    without, beside = (figure.value for figure in results.figures()[2:])
    assert beside > without + 29


def test_the_peer_gives_every_action_a_probability() -> None:
    peer = Vowpal(world.publication(25))
    probabilities = peer.predict(peer.text(world.attributes(1)))
    assert len(probabilities) == 25
    assert sum(probabilities) == pytest.approx(1.0, abs=1e-4)
    examples = peer.parsed(peer.text(world.attributes(1)))
    assert peer.predict_parsed(examples) == pytest.approx(probabilities, abs=1e-6)
    peer.release(examples)
    peer.close()


def test_every_predictor_has_as_many_leaves_as_it_says() -> None:
    state = world.published(world.publication(3))
    world.grow(state)
    assert state.leaves.size == len(state.leaf_rows) * (2 * world.LEAVES - 1)


def test_the_shares_of_a_decision_add_up() -> None:
    shares = stages.measure(10, rounds=5)
    assert set(shares) == {*stages.PARTS, "rest"}
    assert sum(shares.values()) == pytest.approx(100.0)
    assert all(share > 0 for part, share in shares.items() if part not in ("rest", "stages"))


def test_contact_policies_hold_offers_back_from_customers_who_were_asked_before() -> None:
    lived = process.live(world.publication(10))
    state, request = lived.state, lived.requests[0]
    assert request.subject in {entry[0] for entry in state.contacts.listed()}


def test_the_engine_and_the_echo_are_driven_in_turn() -> None:
    figure = http.measure(3, connections=2, rounds=1, seconds=0.05, customers=5, compiled=False)
    assert figure.unit == results.PER_SECOND
    assert figure.ratio
    assert figure.value > 0


def test_a_made_up_past_is_as_whole_as_one_that_an_engine_wrote(tmp_path: Path) -> None:
    past.write(tmp_path / "history.sqlite", 250)
    verified = verify(tmp_path / "history.sqlite")
    assert isinstance(verified, Verified)
    assert (verified.head, verified.pages is None) == (250, False)


def test_a_made_up_past_can_be_folded(tmp_path: Path) -> None:
    past.write(tmp_path / "history.sqlite", 250)
    state = State.empty()
    for stored in HistoryReader(tmp_path / "history.sqlite").read():
        state = apply(state, stored.position, stored.fact)
    assert state.position == 250
    assert sum(state.leaves.shown) > 0


def test_a_rebuild_is_measured_with_its_memory_and_its_snapshot() -> None:
    rebuild.measure(250)
    name = "rebuild.events=250"
    assert [figure.name for figure in results.figures()] == [
        name, f"{name}.peak", f"{name}.snapshot", f"{name}.snapshot.peak", f"{name}.snapshot.taken",
        f"{name}.snapshot.file",
    ]  # fmt: skip


def test_a_ratio_below_one_means_that_ours_is_faster() -> None:
    figure = results.record("x", seconds=[1e-6] * 4, peer="peer", peer_seconds=[2e-6] * 4)
    assert figure.ratio == 0.5
    assert (figure.value, figure.unit, figure.p50, figure.p99) == (1.0, "µs", 1.0, 1.0)


def test_a_run_that_keeps_its_figures_empties_its_own_file_first(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    for benchmark in ("decisions", "other", "decisions"):
        results.start_run(benchmark)
        results.record("x", seconds=[1e-6])
    results.start_run(keep=False)
    results.record("y", seconds=[1e-6])
    lines = {file.name: file.read_bytes().count(b"\n") for file in folder.iterdir()}
    assert lines == {"decisions.jsonl": 1, "other.jsonl": 1}


def test_curves_are_drawn_from_the_figures_that_there_are(tmp_path: Path) -> None:
    growth.measure_offers((3, 10), rounds=20)
    growth.measure_customers((10,), rounds=20)
    assert growth.draw(results.figures(), tmp_path) == ["performance-offers.png", "performance-customers.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in tmp_path.iterdir())


def test_tables_are_written_between_their_markers_and_nothing_else_is_touched() -> None:
    text = "before <!-- bench: x -->old<!-- /bench: x --> after"
    assert between(text, "x", "new") == "before <!-- bench: x -->\nnew\n<!-- /bench: x --> after"
    with pytest.raises(ValueError, match="no place for y"):
        between(text, "y", "new")


@pytest.mark.parametrize(("most", "kept"), [(0.0, 0.0), (700.0, 700.0), (3_000.0, 3_000.0)])
def test_the_search_finds_the_highest_rate_that_holds(most: float, kept: float) -> None:
    def step(rate: float) -> Step:
        return Step(rate=rate, answered=rate, p50=1.0, p99=1.0 if rate <= most else 20_000.0, failed=0)

    assert search(step, start=250.0, steps=30).rate == pytest.approx(kept, rel=0.05)


def test_a_step_that_falls_behind_or_fails_does_not_hold() -> None:
    good = Step(rate=100.0, answered=99.0, p50=1.0, p99=9_999.0, failed=0)
    assert good.holds
    assert not replace(good, p99=10_000.0).holds
    assert not replace(good, failed=1).holds
    assert not replace(good, answered=90.0).holds
    assert not replace(good, asked=0.9).holds


def test_the_page_has_a_place_for_everything_that_a_run_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = tmp_path / "performance.md"
    written.write_text(page.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", written)
    monkeypatch.setattr(page, "IMAGES", tmp_path)
    results.record("decide.offers=10", seconds=[1e-6], peer="peer", peer_seconds=[2e-6])
    results.record("growth.offers=10", seconds=[1e-6], peer="peer", peer_seconds=[2e-6])
    results.record("learn.attributes=30", seconds=[2e-6])
    results.keep(results.Figure(name="rebuild.events=1000000", value=12.5, unit="s"))
    results.keep(results.Figure(name="rebuild.events=10000", value=0.5, unit="s"))
    page.write(results.figures())
    text = written.read_text(encoding="utf-8")
    assert "| `decide.offers=10` | 1.0 µs | 1.0 µs | peer | 2.0 µs | 2.0 µs | 0.500 | ≤ 1 |" in text
    assert "| `learn.attributes=30` | 2.0 µs | 2.0 µs | 2.0 µs |  |  | ≤ 50 µs |" in text
    assert "| `rebuild.events=1000000` | 12.5 s |" in text
    assert "| `rebuild.events=10000` |" not in text
    assert "(../images/performance-offers.png)" in text
    assert "(../images/performance-events.png)" in text
    assert "performance-customers.png" not in text


def test_every_scorer_that_begins_with_a_past_is_measured() -> None:
    learning.measure_beginning(3, responses=5)
    (figure,) = results.figures()
    assert figure.name == "learn.scorer.begin.attributes=30"
    assert figure.value > 0
