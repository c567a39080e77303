"""The feed: every fact in order, with customer and attributes, resumable; and a restart that changes nothing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engines import RunningEngine, start_engine
from tests.publications import ATTRIBUTES, sample

from tradewind.engine import wire
from tradewind.engine.core.state import model_digest, state_digest
from tradewind.engine.history import SqliteHistory


def live(engine: RunningEngine, *, calls: int = 6) -> list[str]:
    """Some calls with answers; the positions they had."""
    positions = []
    for index in range(calls):
        answer = engine.event(id=f"e-{index}", customer=f"c-{index % 3}", attributes=ATTRIBUTES, agent="a7").json
        shown = answer["decision"]["offers"][0]["offer"]
        engine.respond({"decision": answer["decision"]["id"], "offer": shown, "outcome": "accepted"})
        positions.append(answer["position"])
    return positions


def test_every_line_is_a_history_line_in_order_of_position(published: RunningEngine) -> None:
    live(published)
    answer = published.call("GET", "/v1/history")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    lines = [msgspec.json.decode(line, type=wire.HistoryLine) for line in answer.body.splitlines()]
    assert [line.position for line in lines] == [str(position) for position in range(1, 14)]
    assert answer.headers["tradewind-position"] == "13"
    assert isinstance(lines[0], wire.PublicationActivated)
    event, response = lines[1], lines[2]
    assert isinstance(event, wire.EventHandled)
    assert isinstance(response, wire.ResponseRecorded)
    assert (event.customer, event.attributes, event.agent) == ("c-0", ATTRIBUTES, "a7")
    assert event.decision is not None
    assert event.decision.id == response.decision
    assert response.customer == "c-0"
    assert response.shown_at == event.occurred_at


def test_the_feed_resumes_behind_a_position_and_keeps_its_limit(published: RunningEngine) -> None:
    live(published)
    whole = published.history()
    read: list[dict[str, Any]] = []
    while batch := published.history(after=read[-1]["position"] if read else 0, limit=5):
        assert len(batch) <= 5
        read += batch
    assert read == whole


def test_the_feed_gives_only_the_types_asked_for(published: RunningEngine) -> None:
    live(published)
    responses = published.history(types="response_recorded", limit=4)
    assert [line["type"] for line in responses] == ["response_recorded"] * 4
    both = published.history(types="publication_activated,event_handled")
    assert [line["type"] for line in both] == ["publication_activated"] + ["event_handled"] * 6


def test_a_restart_gives_the_same_state_and_the_same_answers(tmp_path: Path) -> None:
    engine = start_engine(tmp_path)
    engine.publish(sample())
    live(engine)
    first = engine.event(id="again", customer="c-1", attributes=ATTRIBUTES)
    history, head = engine.history(), engine.head
    engine.stop()
    digests = model_digest(engine.engine.state), state_digest(engine.engine.state)

    again = start_engine(tmp_path)
    assert (model_digest(again.engine.state), state_digest(again.engine.state)) == digests
    assert again.head == head
    assert again.history() == history
    assert again.event(id="again", customer="c-1", attributes=ATTRIBUTES).body == first.body
    decision = first.json["decision"]
    answered = again.respond(
        {"decision": decision["id"], "offer": decision["offers"][0]["offer"], "outcome": "accepted"}
    )
    assert answered.json["recorded"] == 1
    again.stop()


def test_a_second_engine_over_the_same_folder_is_refused(tmp_path: Path) -> None:
    engine = start_engine(tmp_path)
    with pytest.raises(RuntimeError, match="another process writes"):
        start_engine(tmp_path)
    assert engine.publish(sample()).status == 201
    engine.stop()


def test_eight_clients_leave_positions_without_a_gap_and_lose_no_answer(published: RunningEngine) -> None:
    answered: list[tuple[str, str]] = []

    def client(number: int) -> None:
        for index in range(25):
            answer = published.event(customer=f"c-{number}", session=f"s-{number}-{index}", attributes=ATTRIBUTES).json
            shown = answer["decision"]["offers"][0]["offer"]
            receipt = published.respond(
                {
                    "decision": answer["decision"]["id"],
                    "offer": shown,
                    "outcome": "accepted",
                    "id": f"r-{number}-{index}",
                }
            ).json
            assert receipt["recorded"] == 1
            answered.append((answer["position"], receipt["position"]))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answered) == 200
    positions = [int(position) for pair in answered for position in pair]
    assert sorted(positions) == list(range(2, 402))
    assert all(int(asked) < int(told) for asked, told in answered)
    lines = published.history()
    assert [int(line["position"]) for line in lines] == list(range(1, 402))
    assert all(int(line["decision"]["position"]) == int(line["position"]) - 1 for line in lines if "session" in line)


def test_a_failed_commit_ends_the_engine_and_acknowledges_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = start_engine(tmp_path)
    assert engine.publish(sample()).status == 201

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(SqliteHistory, "_commit", full)
        refused = engine.event(attributes=ATTRIBUTES)
        assert refused.status == 503
        assert refused.json["type"] == "urn:tradewind:problem:history_failed"
        engine.stop()
    assert engine.engine.failure is not None
    assert "no space left" in engine.engine.failure

    again = start_engine(tmp_path)
    assert again.head == 1
    assert again.event(attributes=ATTRIBUTES).status == 200
    again.stop()
