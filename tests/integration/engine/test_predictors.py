"""A profile that differs inside is split while the engine runs, and says so wherever one asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from numpy.random import default_rng
from tests.engines import RunningEngine, eventually, start_engine
from tests.publications import offer, sample

from tradewind.engine.core.state import State, apply, model_digest, state_digest
from tradewind.engine.history import HistoryReader
from tradewind.engine.history.folder import Folder
from tradewind.engine.history.snapshotting import take
from tradewind.engine.lab.replaying import decisions_of
from tradewind.engine.service.learnt import predictor_view

TENURE = "customer.tenure_months"


def live(engine: RunningEngine, turns: int, *, seed: int = 1) -> list[str]:
    """So many customers are shown the only offer and answer; the young ones like it. The decisions."""
    rng, decisions = default_rng(seed), []
    for turn in range(turns):
        months = float(rng.integers(0, 600))
        answer = engine.event(customer=f"c-{seed}-{turn}", session=f"s-{seed}-{turn}", attributes={TENURE: months})
        decision = answer.json["decision"]["id"]
        outcome = "accepted" if rng.random() < (0.7 if months < 300 else 0.1) else "rejected"
        assert engine.respond({"decision": decision, "offer": "only", "outcome": outcome}).status == 200
        decisions.append(decision)
    return decisions


def changes(engine: RunningEngine, query: str = "") -> Any:
    return engine.call("GET", f"/v1/offers/only/predictor/changes{query}").json


@pytest.fixture
def split(engine: RunningEngine) -> RunningEngine:
    """An engine that has split the profile of its only offer."""
    assert engine.publish({**sample(), "offers": [offer("only")]}).status == 201
    live(engine, 250)
    eventually(lambda: bool(changes(engine)["changes"]))
    return engine


def folded(data: Path) -> State:
    reader, state = HistoryReader(Folder(data).history), State.empty()
    for stored in reader.read(limit=10_000):
        state = apply(state, stored.position, stored.fact)
    reader.close()
    return state


def test_a_split_is_told_as_a_change_with_its_branches_and_in_the_feed(split: RunningEngine) -> None:
    change = changes(split)["changes"][0]
    assert (change["change"], change["path"], change["attribute"]) == ("split", [], TENURE)
    low, high = change["branches"]
    assert (low["at_least"], low["missing"]) == (None, False)
    assert low["below"] == high["at_least"]
    assert high["missing"]
    shown, accepted = change["evidence"]["first"]
    assert change["words"].startswith(f"tenure months below {low['below']:g} ({accepted / shown:.1%} of {shown}); ")
    assert not change["words"].endswith("known")
    assert [line for line in split.history(types="predictor_changed") if line["id"] == change["id"]] == [change]


def test_the_tree_has_the_parts_with_what_leads_to_them_and_had_none_before(split: RunningEngine) -> None:
    change = changes(split)["changes"][0]
    (root,) = split.call("GET", "/v1/offers/only/predictor").json["profiles"]
    assert (root["path"], root["when"]) == ([], None)
    low, high = root["profiles"]
    assert (low["id"], low["path"], low["when"]) == ("all/0", [0], change["branches"][0])
    assert (high["id"], high["path"], high["when"]) == ("all/1", [1], change["branches"][1])
    assert low["shown"] + high["shown"] == root["shown"]
    assert low["propensity"] > root["propensity"] > high["propensity"]
    before = int(change["position"]) - 1
    past = split.call("GET", f"/v1/offers/only/predictor?position={before}").json
    assert past["position"] == str(before)
    assert past["profiles"][0]["profiles"] == []


def test_changes_are_listed_between_instants_and_in_pages(split: RunningEngine) -> None:
    (change, *_) = changes(split)["changes"]
    at = change["at"].replace("+", "%2B")
    assert change in changes(split, f"?since={at}")["changes"]
    assert changes(split, f"?until={at}") == {"offer": "only", "changes": [], "start": None, "next": None}
    assert changes(split, f"?after={change['position']}&limit=1")["changes"] != [change]
    assert changes(split, "?limit=1")["changes"] == [change]


def test_an_engine_that_starts_from_a_snapshot_knows_the_changes_before_it(split: RunningEngine) -> None:
    split.stop()
    take(Folder(split.data).history, Folder(split.data).snapshots, report=lambda line: None)
    started = start_engine(split.data)
    oldest = changes(started)["changes"]
    assert oldest == started.history(types="predictor_changed")
    assert changes(started, "?order=newest")["changes"] == oldest[::-1]
    assert changes(started, f"?order=newest&before={oldest[0]['position']}")["changes"] == []
    assert changes(started, "?types=scorer_refitted")["changes"] == []
    started.stop()


def test_what_changes_began_with_can_be_looked_at(split: RunningEngine) -> None:
    listed = changes(split)
    assert listed["start"] == str(int(listed["changes"][0]["position"]) - 1)
    before = split.call("GET", f"/v1/offers/only/predictor?position={listed['start']}").json
    assert before["profiles"][0]["profiles"] == []
    assert changes(split, "?types=scorer_refitted")["start"] is None


def test_trees_of_the_past_are_folded_once_and_neighbours_with_them(split: RunningEngine) -> None:
    listed = changes(split)
    last = listed["changes"][-1]["position"]
    if int(last) == split.head:
        live(split, 1, seed=9)
    seen = split.call("GET", f"/v1/offers/only/predictor?position={last}")
    assert seen.status == 200
    past = split.engine.past
    split.engine.past = None  # type: ignore[assignment]  # whoever folds again fails
    again = split.call("GET", f"/v1/offers/only/predictor?position={last}")
    first = split.call("GET", f"/v1/offers/only/predictor?position={listed['start']}")
    split.engine.past = past
    assert (again.body, first.json["profiles"][0]["profiles"]) == (seen.body, [])


def test_what_cannot_be_asked_is_refused(split: RunningEngine) -> None:
    for query in (
        "since=yesterday", "until=2026-01-01T00:00:00", "limit=0", "after=-1", "before=x", "types=other", "order=odd",
    ):  # fmt: skip
        answer = split.call("GET", f"/v1/offers/only/predictor/changes?{query}")
        assert answer.status == 422, query
    assert split.call("GET", "/v1/offers/only/predictor?position=99999999").status == 422
    assert split.call("GET", "/v1/offers/nobody/predictor/changes").status == 404
    assert split.call("GET", "/v1/offers/only/predictor/changes", scope="decide").status == 403


def test_decisions_on_both_sides_of_a_split_are_reproduced(split: RunningEngine) -> None:
    decisions = live(split, 20, seed=2)
    tally = decisions_of(split.data)
    assert (tally.reproduced, tally.differing) == (250 + len(decisions), 0)
    assert split.call("GET", f"/v1/decisions/{decisions[-1]}").json["reproduced"] is True


def test_an_engine_that_starts_again_has_the_tree_with_and_without_a_snapshot(split: RunningEngine) -> None:
    split.stop()
    alive = split.engine.state
    view = predictor_view(alive, "only")  # as it was in the end: a tree may be split again at any moment before
    assert view is not None
    tree = msgspec.json.decode(msgspec.json.encode(view))["profiles"]
    again = folded(split.data)
    assert (model_digest(again), state_digest(again)) == (model_digest(alive), state_digest(alive))
    for snapshot in (False, True):
        if snapshot:
            take(Folder(split.data).history, Folder(split.data).snapshots, report=lambda line: None)
        started = start_engine(split.data)
        path = f"/v1/offers/only/predictor?position={alive.position}"
        eventually(lambda: started.call("GET", path).status == 200)  # noqa: B023 - called before the next one starts
        assert started.call("GET", path).json["profiles"] == tree
        started.stop()


def test_a_correction_after_a_split_is_unlearnt_in_the_part_that_had_it(split: RunningEngine) -> None:
    answer = split.event(customer="late", session="late", attributes={TENURE: 10})
    response = {"decision": answer.json["decision"]["id"], "offer": "only", "outcome": "accepted"}

    def low() -> tuple[int, int]:
        (root,) = split.call("GET", "/v1/offers/only/predictor").json["profiles"]
        return root["profiles"][0]["shown"], root["profiles"][0]["accepted"]

    shown, accepted = low()
    split.respond(response)
    assert low() == (shown + 1, accepted + 1)
    split.respond({**response, "outcome": "rejected", "correction": True, "id": "r-2"})
    assert low() == (shown + 1, accepted)


def test_the_page_of_counts_has_the_change(split: RunningEngine) -> None:
    page = split.call("GET", "/metrics").body.decode()
    assert 'tradewind_predictor_changes_total{change="split"} ' in page
    assert "tradewind_predictor_looks " in page
