"""What was learnt of agents is told a page at a time, and a start finds all of it again."""

from __future__ import annotations

from typing import Any

import pytest
from tests.engines import RunningEngine, start_engine
from tests.publications import offer, sample


def sell(engine: RunningEngine, agent: str, outcomes: str, *, by_decision: bool = True) -> None:
    """An agent sells the only offer to a customer for each letter: a is accepted, r rejected."""
    for number, letter in enumerate(outcomes):
        who = f"{agent}-{number}"
        named = {"agent": agent} if by_decision else {}
        decision = engine.event(customer=who, session=who, **named).json["decision"]["id"]
        said = {} if by_decision else {"agent": agent}
        outcome = "accepted" if letter == "a" else "rejected"
        answer = engine.respond({"decision": decision, "offer": "only", "outcome": outcome, **said})
        assert answer.status == 200, answer.body


def agents(engine: RunningEngine, query: str = "") -> Any:
    return engine.call("GET", f"/v1/agents{query}").json


@pytest.fixture
def sold(engine: RunningEngine) -> RunningEngine:
    """An engine whose only offer was sold by two agents, and once by nobody."""
    assert engine.publish({**sample(), "offers": [offer("only")]}).status == 201
    sell(engine, "strong", "aaaraaaaraaa")
    sell(engine, "weak", "rrrrarrrrrra", by_decision=False)
    decision = engine.event(customer="c", session="c").json["decision"]["id"]
    assert engine.respond({"decision": decision, "offer": "only", "outcome": "accepted"}).status == 200
    return engine


def test_each_agent_is_told_with_what_was_seen_and_what_had_been_expected(sold: RunningEngine) -> None:
    found = agents(sold)
    assert found["next"] is None
    strong, weak = found["agents"]
    assert [(each["agent"], each["responses"], each["observed"]) for each in (strong, weak)] == [
        ("strong", 12, 10.0),
        ("weak", 12, 2.0),
    ]
    assert 6.0 < strong["expected"] < 10.0
    assert strong["effect"] > 0.0 > weak["effect"]
    for each in (strong, weak):
        assert each["interval"][0] < each["effect"] < each["interval"][1]
    assert found["position"] == sold.call("GET", "/v1/offers/only/predictor").json["position"]


def test_agents_come_in_pages(sold: RunningEngine) -> None:
    whole = agents(sold)["agents"]
    first = agents(sold, "?limit=1")
    assert (first["agents"], first["next"]) == (whole[:1], "1")
    rest = agents(sold, f"?limit=1&after={first['next']}")
    assert (rest["agents"], rest["next"]) == (whole[1:], None)
    assert agents(sold, "?after=7")["agents"] == []
    for query in ("?limit=0", "?limit=1001", "?after=-1"):
        assert sold.call("GET", f"/v1/agents{query}").json["type"].endswith("parameter_refused")


def test_nobody_is_told_before_anybody_has_sold(engine: RunningEngine) -> None:
    assert agents(engine) == {"position": "0", "agents": [], "next": None}


def test_a_start_knows_the_same_of_agents(sold: RunningEngine) -> None:
    before = agents(sold)
    sold.stop()
    started = start_engine(sold.data)
    assert agents(started)["agents"] == before["agents"]
    started.stop()


def test_what_was_learnt_of_agents_outlives_a_customer(sold: RunningEngine) -> None:
    before = agents(sold)["agents"]
    assert sold.call("DELETE", "/v1/customers/strong-0").status == 200
    assert agents(sold)["agents"] == before
