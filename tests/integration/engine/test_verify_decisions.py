"""Decisions are made again from history in one pass, beside a running engine, and what differs is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
import pytest
from tests.engines import RunningEngine
from tests.integration.engine.test_explanations import forget
from tests.publications import ATTRIBUTES, offer, sample

from tradewind.engine.core.events import Fact
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.state import State, apply
from tradewind.engine.history import Vault
from tradewind.engine.history.folder import Folder
from tradewind.engine.history.snapshotting import take
from tradewind.engine.lab.replaying import Tally, decisions_of
from tradewind.engine.service.verify_decisions import verify_decisions


def history_of_three_publications(engine: RunningEngine) -> list[dict[str, Any]]:
    """Thirty decisions, some answered, and what changes between them."""
    decisions = []
    for number in range(1, 4):
        document = sample(number, control_percent=20.0)
        document["offers"] = document["offers"][: 4 + 3 * number]
        document["contact_policies"] = [{"name": "calm", "scope": "offer", "counts": "shown", "max": 2, "days": 7}]
        assert engine.publish(document).status == 201
        for asked in range(10):
            limit = {"limit": 2} if asked % 3 == 0 else {}
            answer = engine.event(customer=f"c-{asked}", session=f"s-{asked}", attributes=ATTRIBUTES, **limit)
            decision = answer.json["decision"]
            decisions.append(decision)
            for shown in decision["offers"][:1]:
                engine.respond({"decision": decision["id"], "offer": shown["offer"], "outcome": "accepted"})
        engine.call("POST", "/v1/offers/care-plus/stop")
    return decisions


def test_every_decision_across_three_publications_is_reproduced_while_the_engine_runs(engine: RunningEngine) -> None:
    decisions = history_of_three_publications(engine)
    heard: list[Tally] = []
    tally = decisions_of(engine.data, tell=heard.append)
    assert (tally.decisions, tally.reproduced, tally.differing, tally.erased) == (len(decisions), 30, 0, 0)
    assert tally.position == engine.head


def test_only_so_many_and_only_from_a_position_on(engine: RunningEngine) -> None:
    decisions = history_of_three_publications(engine)
    assert decisions_of(engine.data, limit=7).decisions == 7
    since = int(decisions[25]["position"]) + 1
    assert decisions_of(engine.data, since=since).decisions == 5


def test_an_erased_customers_decisions_are_counted_apart(published: RunningEngine) -> None:
    for customer in ("a", "b", "a"):
        published.event(customer=customer, attributes=ATTRIBUTES)
    forget(published, "a")
    tally = decisions_of(published.data)
    assert (tally.reproduced, tally.differing, tally.erased) == (1, 0, 2)


def test_a_decision_that_comes_out_differently_is_named_and_ends_with_one(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    decision = published.event(attributes=ATTRIBUTES).json["decision"]
    assert verify_decisions(published.data) == 0
    assert capsys.readouterr().out == "1 decisions: 1 reproduced, 0 differing, 0 erased\n"
    monkeypatch.setattr(Draws, "at", lambda *_: 0.999999)
    assert verify_decisions(published.data) == 1
    said = capsys.readouterr()
    assert said.out == "1 decisions: 0 reproduced, 1 differing, 0 erased\n"
    assert said.err.startswith(f"differs: position 2, decision {decision['id']}: rank ")
    assert "Ana" not in said.err


def test_decisions_that_another_version_made_are_counted_apart(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    decision = published.event(attributes=ATTRIBUTES).json["decision"]
    monkeypatch.setattr("tradewind.engine.core.reproducing.VERSION", 1_000)
    assert verify_decisions(published.data) == 0
    assert capsys.readouterr().out == "1 decisions: 1 reproduced, 0 differing, 0 erased\n"
    monkeypatch.setattr(Draws, "at", lambda *_: 0.999999)
    assert verify_decisions(published.data) == 0
    told = "1 decisions: 0 reproduced, 0 differing, 0 erased, 1 made by another version of decide\n"
    assert capsys.readouterr().out == told
    explained = published.call("GET", f"/v1/decisions/{decision['id']}").json
    assert (explained["reproduced"], explained["reason"]) == (None, "another_version")
    assert explained["differences"]


def test_it_goes_on_from_a_snapshot_before_the_position_it_is_asked_for(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    decisions = history_of_three_publications(engine)
    folder = Folder(engine.data)
    take(folder.history, folder.snapshots, report=print)
    at_snapshot = engine.head
    for number in range(6):
        engine.event(customer=f"d-{number}", attributes=ATTRIBUTES)
    applied: list[int] = []

    def counted(state: State, position: int, fact: Fact) -> State:
        applied.append(position)
        return apply(state, position, fact)

    monkeypatch.setattr("tradewind.engine.lab.walking.apply", counted)
    tally = decisions_of(engine.data, since=at_snapshot + 4)
    assert (tally.decisions, tally.reproduced) == (3, 3)
    assert applied[0] == at_snapshot + 1
    applied.clear()
    assert decisions_of(engine.data, since=at_snapshot + 1).reproduced == 6
    assert applied[0] == 1
    assert decisions_of(engine.data).decisions == len(decisions) + 6


def test_a_changed_row_is_found(published: RunningEngine) -> None:
    published.event(attributes=ATTRIBUTES)
    published.stop()
    history = apsw.Connection(str(published.data / "history.sqlite"))
    body = json.loads(history.execute("SELECT body FROM history WHERE position = 2").get)
    body["decision"]["shown"][0]["propensity"] += 0.001
    history.execute("DROP TRIGGER history_is_never_changed")
    history.execute("UPDATE history SET body = ? WHERE position = 2", (json.dumps(body).encode(),))
    history.close()
    tally = decisions_of(published.data)
    assert [line.split(" recorded")[0] for line in tally.named[0].differences] == ["rank 1: propensity"]


def test_a_decision_that_claims_another_state_differs(published: RunningEngine) -> None:
    for _ in range(5):
        published.event(attributes=ATTRIBUTES)
    published.stop()
    history = apsw.Connection(str(published.data / "history.sqlite"))
    body = json.loads(history.execute("SELECT body FROM history WHERE position = 6").get)
    body["decision"]["decided_on"] = 1
    history.execute("DROP TRIGGER history_is_never_changed")
    history.execute("UPDATE history SET body = ? WHERE position = 6", (json.dumps(body).encode(),))
    history.close()
    tally = decisions_of(published.data)
    assert (tally.decisions, tally.differing, tally.named[0].position) == (5, 1, 6)


def test_a_folder_without_history_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_decisions(tmp_path) == 2
    assert "there is no history" in capsys.readouterr().err
    Folder(tmp_path).history.write_bytes(b"none at all" * 1000)
    assert verify_decisions(tmp_path) == 2
    assert "there is no vault" in capsys.readouterr().err
    Vault(Folder(tmp_path).vault).close()
    assert verify_decisions(tmp_path) == 1
    assert "file is not a database" in capsys.readouterr().err


def test_the_command_takes_its_options(engine: RunningEngine) -> None:
    document = sample()
    document["offers"] = [offer("a")]
    engine.publish(document)
    for _ in range(3):
        engine.event()
    command = [sys.executable, "-m", "tradewind.cli", "engine", "verify", "--data", str(engine.data)]
    done = subprocess.run([*command, "--decisions", "--limit", "2", "--since", "2"], capture_output=True, check=True)
    assert done.stdout == b"2 decisions: 2 reproduced, 0 differing, 0 erased\n"
