"""Caps hold over the wire, however many ask at once, and after a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.engines import RunningEngine, start_engine
from tests.publications import ATTRIBUTES, offer, sample

from tradewind.engine.core.state import state_digest

CLIENTS, CALLS = 8, 20


def capped(number: int = 1, **policy: Any) -> dict[str, Any]:
    calm = {"name": "calm", "scope": "all", "counts": "shown", "max": 10, "days": 7, **policy}
    return {**sample(number), "contact_policies": [calm]}


def shown(lines: list[dict[str, Any]], key: str) -> list[str]:
    return [each[key] for line in lines if line.get("decision") for each in line["decision"]["offers"]]


def hammer(client: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(("scope", "most"), [("all", 10), ("group", 4), ("offer", 3)])
def test_eight_clients_hammering_one_customer_never_exceed_a_cap(engine: RunningEngine, scope: str, most: int) -> None:
    assert engine.publish(capped(scope=scope, max=most)).status == 201
    statuses: list[int] = []

    def client(number: int) -> None:
        for call in range(CALLS):
            answer = engine.event(session=f"s-{number}-{call}", attributes=ATTRIBUTES)
            statuses.append(answer.status)

    hammer(client)
    assert statuses == [200] * (CLIENTS * CALLS)
    keys = shown(engine.history(types="event_handled"), {"all": "rank", "group": "group", "offer": "offer"}[scope])
    counts = [len(keys)] if scope == "all" else [keys.count(key) for key in set(keys)]
    assert max(counts) == most


def test_eight_clients_never_exceed_the_limits_of_an_offer(engine: RunningEngine) -> None:
    limited = [offer("day", limits={"per_day": 7}), offer("total", limits={"total": 5}), offer("free")]
    assert engine.publish({**sample(), "offers": limited}).status == 201

    def client(number: int) -> None:
        for call in range(CALLS):
            engine.event(session=f"s-{call}", customer=f"c-{number}-{call}", attributes=ATTRIBUTES)

    hammer(client)
    offers = shown(engine.history(types="event_handled"), "offer")
    # a run over midnight begins a second day
    assert offers.count("day") in range(7, 15)
    assert offers.count("total") == 5


def test_the_next_decision_sees_the_reject_and_says_the_policy_and_its_numbers(engine: RunningEngine) -> None:
    engine.publish(capped(name="after-a-no", scope="group", counts="rejected", max=1, days=30))
    decision = engine.event(attributes=ATTRIBUTES).json["decision"]
    first = decision["offers"][0]["offer"]
    engine.respond({"decision": decision["id"], "offer": first, "outcome": "rejected"})
    told = engine.event(attributes=ATTRIBUTES, dry_run=True).json["decision"]["fates"]
    (fate,) = (each for each in told if each["offer"] == first)
    assert fate["stage"] == "allowed"
    assert fate["reason"].startswith("contact policy after-a-no: the group ")
    assert fate["reason"].endswith(" rejected 1 of at most 1 times in 30 days")


def test_counters_survive_a_restart(tmp_path: Path) -> None:
    engine = start_engine(tmp_path)
    engine.publish(capped(max=4))
    first = [len(engine.event(attributes=ATTRIBUTES).json["decision"]["offers"]) for _ in range(2)]
    digest = state_digest(engine.engine.state)
    engine.stop()
    again = start_engine(tmp_path)
    assert state_digest(again.engine.state) == digest
    last = again.event(attributes=ATTRIBUTES).json["decision"]["offers"]
    assert (first, last) == ([3, 1], [])
    again.stop()
