"""A draft is asked about logged decisions while the engine goes on deciding."""

from __future__ import annotations

import copy
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engines import Answer, RunningEngine, eventually, start_engine
from tests.integration.engine.test_lab import lively
from tests.integration.engine.test_lab_what_if import compiled, current
from tests.publications import ATTRIBUTES, offer

from tradewind.engine.lab.supposing import what_if


def ask(engine: RunningEngine, draft: dict[str, Any], **more: Any) -> Answer:
    return engine.call("POST", "/v1/what-if", {"publication": draft, **more})


def look(engine: RunningEngine, id: str) -> Any:
    return engine.call("GET", f"/v1/what-if/{id}").json


def ended(engine: RunningEngine, id: str) -> Any:
    eventually(lambda: look(engine, id)["status"] != "running", within_s=120.0)
    return look(engine, id)


def process_of(engine: RunningEngine) -> int:
    """The id of the process that works on a question."""
    supposer = engine.engine.supposer
    eventually(lambda: supposer.process is not None)
    assert supposer.process is not None
    return supposer.process.pid


@pytest.fixture
def lived(engine: RunningEngine) -> RunningEngine:
    """An engine with some decisions and answers behind it."""
    lively(engine, customers=40, control=0.0)
    return engine


@pytest.fixture
def held(lived: RunningEngine) -> Iterator[tuple[RunningEngine, str, int]]:
    """An engine, a question that it has been asked, and the process, held up in the middle of it."""
    asked = ask(lived, current(lived)).json["id"]
    pid = process_of(lived)
    os.kill(pid, signal.SIGSTOP)
    yield lived, asked, pid
    lived.stop()


def test_the_answer_is_that_of_the_lab(engine: RunningEngine) -> None:
    lively(engine, customers=130, control=0.0)
    draft = copy.deepcopy(current(engine))
    draft["offers"][1]["weight"] = 0.9
    until = engine.head
    asked = ask(engine, draft, placement="desk", margin=0.9)
    assert asked.status == 202
    assert asked.headers["Location"] == f"/v1/what-if/{asked.json['id']}"
    assert asked.headers["Retry-After"] == "1"
    since = engine.history(types="publication_activated")[-1]["position"]
    standing = {"id": asked.json["id"], "since": since, "until": str(until), "of": until}
    assert asked.json == {**standing, "status": "running", "at": 0}
    found = what_if(engine.data, compiled(draft), placement="desk", since=int(since), until=until, margin=0.9)
    assert found.decisions == 130
    assert found.acceptance is not None
    result = msgspec.to_builtins(found.told())
    assert ended(engine, asked.json["id"]) == {**standing, "status": "done", "at": until, "result": result}
    assert "Retry-After" not in engine.call("GET", asked.headers["Location"]).headers


def test_what_is_asked_since_a_position_is_asked_about_less(lived: RunningEngine) -> None:
    decisions = [int(line["position"]) for line in lived.history(types="event_handled")]
    for since in (decisions[-3], str(decisions[-3])):
        answer = ended(lived, ask(lived, current(lived), since=since).json["id"])
        assert (answer["since"], answer["result"]["decisions"]) == (str(decisions[-3]), 3)


def test_everything_wrong_is_said_at_once_as_publishing_says_it(lived: RunningEngine) -> None:
    broken = {**current(lived), "time_zone": "Mars", "offers": [offer("x", eligibility="nonsense(")]}
    validated = lived.call("POST", "/v1/publications/validate", broken).json["errors"]
    told = [(each["path"], each["code"]) for each in validated]
    assert len(told) >= 2
    answer = ask(lived, broken, placement="nowhere", since=lived.head + 1)
    assert (answer.status, answer.json["type"]) == (422, "urn:tradewind:problem:body_refused")
    assert [(each["path"], each["code"]) for each in answer.json["errors"]] == [
        *((f"/publication{path}", code) for path, code in told),
        ("/placement", "unknown_placement"),
        ("/since", "out_of_range"),
    ]
    formless = lived.call("POST", "/v1/what-if", {"margin": 2, "since": -1, "rest": 0})
    assert (formless.status, len(formless.codes)) == (422, 4)
    assert lived.engine.supposer.running == 0


def test_a_key_that_may_not_publish_may_not_ask(published: RunningEngine) -> None:
    body = {"publication": current(published)}
    for scope in ("read", "decide", "admin"):
        assert published.call("POST", "/v1/what-if", body, scope=scope).status == 403
        assert published.call("GET", "/v1/what-if/x", scope=scope).status == 403
    assert published.call("POST", "/v1/what-if", body, scope="").status == 401
    unknown = published.call("GET", "/v1/what-if/x")
    assert (unknown.status, unknown.json["type"]) == (404, "urn:tradewind:problem:what_if_unknown")


def test_one_is_worked_on_at_a_time_and_the_same_one_once(held: tuple[RunningEngine, str, int]) -> None:
    engine, asked, pid = held
    draft = current(engine)
    busy = ask(engine, draft, margin=0.5)
    assert (busy.status, busy.json["type"]) == (429, "urn:tradewind:problem:too_busy")
    assert busy.headers["Retry-After"] == "1"
    for same in (draft, dict(reversed(draft.items()))):
        assert ask(engine, same, margin=0.0).json["id"] == asked
    engine.event(customer="later", session="later", attributes=ATTRIBUTES)
    assert ask(engine, draft).json["id"] == asked
    os.kill(pid, signal.SIGCONT)
    assert ended(engine, asked)["status"] == "done"
    grown = ask(engine, draft).json
    assert grown["id"] != asked
    assert ended(engine, grown["id"])["result"]["decisions"] == 41
    again = ask(engine, draft)
    assert (again.status, again.json["id"], again.json["status"]) == (202, grown["id"], "done")


def test_decisions_are_made_meanwhile_and_are_not_asked_about(held: tuple[RunningEngine, str, int]) -> None:
    engine, asked, pid = held
    for number in range(20):
        answer = engine.event(customer=f"new-{number}", session=f"new-{number}", attributes=ATTRIBUTES)
        assert answer.status == 200
    os.kill(pid, signal.SIGCONT)
    assert ended(engine, asked)["result"]["decisions"] == 40


def test_customers_are_erased_while_their_decisions_are_asked_about(lived: RunningEngine) -> None:
    asked = ask(lived, current(lived)).json["id"]
    erased = 0
    while look(lived, asked)["status"] == "running" and erased < 40:
        erased += 1
        assert lived.call("DELETE", f"/v1/customers/c-{40 - erased}").status == 200
    result = ended(lived, asked)["result"]
    assert erased > 0
    assert result["decisions"] + result["left_out"].get("erased", 0) == 40
    assert result["left_out"].get("erased", 0) <= erased
    assert lived.engine.subjects.vault.find("c-39") is None


def test_a_process_that_is_killed_is_told_and_counted_and_the_next_one_works(
    held: tuple[RunningEngine, str, int],
) -> None:
    engine, asked, pid = held
    os.kill(pid, signal.SIGKILL)
    failed = ended(engine, asked)
    assert (failed["status"], failed["reason"]) == ("failed", "the process that worked on it was ended by SIGKILL")
    assert "result" not in failed
    decided = engine.event(customer="later", session="later", attributes=ATTRIBUTES)
    assert (decided.status, len(decided.json["decision"]["offers"])) == (200, 3)
    again = ask(engine, current(engine)).json["id"]
    assert again != asked
    assert ended(engine, again)["status"] == "done"
    page = engine.call("GET", "/metrics").body.decode()
    assert 'tradewind_what_ifs_total{outcome="failed"} 1.0' in page
    assert 'tradewind_what_ifs_total{outcome="done"} 1.0' in page
    assert "tradewind_what_ifs_running 0.0" in page


def test_an_engine_that_ends_leaves_no_process_behind(held: tuple[RunningEngine, str, int]) -> None:
    engine, asked, pid = held
    engine.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    started = start_engine(engine.data)
    assert started.call("GET", f"/v1/what-if/{asked}").status == 404
    started.stop()


def test_a_history_that_cannot_be_read_is_a_reason_and_no_traceback(
    lived: RunningEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lived.engine.supposer, "_data", tmp_path / "nothing")
    failed = ended(lived, ask(lived, current(lived)).json["id"])
    assert failed["status"] == "failed"
    assert failed["reason"].startswith("decisions cannot be made again: ")
    assert "Traceback" not in failed["reason"]
