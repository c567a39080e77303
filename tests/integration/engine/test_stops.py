"""An offer is stopped over the wire, without a publication, and stays stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.engines import Answer, RunningEngine, start_engine
from tests.publications import ATTRIBUTES, sample


def turn(engine: RunningEngine, verb: str, offer: str = "care-plus", scope: str = "publish") -> Answer:
    return engine.call("POST", f"/v1/offers/{offer}/{verb}", scope=scope)


def fate(engine: RunningEngine, offer: str = "care-plus") -> tuple[str, str]:
    told: list[dict[str, Any]] = engine.event(attributes=ATTRIBUTES, dry_run=True).json["decision"]["fates"]
    return next((each["stage"], each["reason"]) for each in told if each["offer"] == offer)


def test_the_very_next_decision_obeys_a_stop_and_its_end(published: RunningEngine) -> None:
    assert fate(published)[0] in ("shown", "ranked")
    stopped = turn(published, "stop")
    assert (stopped.status, stopped.json["stopped"], stopped.json["position"]) == (200, True, "2")
    assert fate(published) == ("valid", "stopped")
    resumed = turn(published, "resume")
    assert (resumed.status, resumed.json) == (200, {"offer": "care-plus", "stopped": False, "position": "3"})
    assert fate(published)[0] in ("shown", "ranked")


def test_both_can_be_said_again_and_store_nothing(published: RunningEngine) -> None:
    assert turn(published, "resume").json["stopped"] is False
    assert published.head == 1
    assert turn(published, "stop").body == turn(published, "stop").body
    assert published.head == 2


def test_the_stops_are_listed_whatever_is_published(published: RunningEngine) -> None:
    assert published.call("GET", "/v1/stops").json == {"position": "1", "offers": []}
    turn(published, "stop", "student-note")
    turn(published, "stop")
    without = {**sample(2), "offers": [each for each in sample()["offers"] if each["id"] != "care-plus"]}
    published.publish(without)
    listed = published.call("GET", "/v1/stops").json
    assert listed["position"] == "4"
    assert listed["offers"] == [
        {"offer": "student-note", "stopped": True, "position": "2"},
        {"offer": "care-plus", "stopped": True, "position": "3"},
    ]
    turn(published, "resume", "student-note")
    assert [each["offer"] for each in published.call("GET", "/v1/stops").json["offers"]] == ["care-plus"]
    assert published.call("GET", "/v1/stops", scope="publish").status == 403


@pytest.mark.parametrize("verb", ["stop", "resume"])
def test_an_unknown_offer_is_a_404(published: RunningEngine, verb: str) -> None:
    refused = turn(published, verb, "nothing")
    assert refused.status == 404
    assert refused.json["type"] == "urn:tradewind:problem:offer_unknown"
    assert published.head == 1


@pytest.mark.parametrize("verb", ["stop", "resume"])
@pytest.mark.parametrize("scope", ["read", "decide", "admin"])
def test_it_takes_the_right_to_publish(published: RunningEngine, verb: str, scope: str) -> None:
    assert turn(published, verb, scope=scope).status == 403


def test_a_stop_survives_later_publications_and_a_restart(tmp_path: Path) -> None:
    engine = start_engine(tmp_path)
    engine.publish(sample())
    turn(engine, "stop")
    engine.publish({**sample(2), "offers": [each for each in sample()["offers"] if each["id"] != "care-plus"]})
    assert turn(engine, "stop").status == 200
    engine.publish(sample(3))
    assert fate(engine) == ("valid", "stopped")
    engine.stop()
    again = start_engine(tmp_path)
    assert fate(again) == ("valid", "stopped")
    assert turn(again, "resume").status == 200
    assert fate(again)[0] in ("shown", "ranked")
    again.stop()


def test_stops_are_lines_of_the_history(published: RunningEngine) -> None:
    turn(published, "stop")
    turn(published, "resume")
    lines = published.history(types="offer_stopped,offer_resumed")
    assert [(line["type"], line["offer"], line["position"]) for line in lines] == [
        ("offer_stopped", "care-plus", "2"),
        ("offer_resumed", "care-plus", "3"),
    ]
