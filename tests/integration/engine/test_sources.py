"""Events over data sources that are good, bad and hostile: the decision comes, in time, and says what was missing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert
from tests.engines import RunningEngine, start_engine
from tests.publications import offer
from tests.sources_server import SourceServer, heard, source_server

from tradewind.engine.core.populating import Population
from tradewind.engine.service.engine import Engine
from tradewind.engine.sources import Asking
from tradewind.engine.wire import Publication

Json = dict[str, Any]

BUDGET_MS = 300


@pytest.fixture
def source() -> Iterator[SourceServer]:
    with source_server({"balance": 12.5, "plan": "basic"}) as running:
        yield running


@pytest.fixture
def engine(tmp_path: Path, source: SourceServer) -> Iterator[RunningEngine]:
    running = start_engine(tmp_path / "engine", environment={"TRADEWIND_ENGINE_PRIVATE_HOSTS": source.host})
    yield running
    running.stop()


def document(*sources: Json, number: int = 1, **changes: Any) -> Json:
    """A desk whose one offer depends on what billing says, and one that does not."""
    attributes = [
        {"name": "id", "type": "text"},
        {"name": "balance", "type": "number", "min": 0, "max": 1000},
        {"name": "plan", "type": "category", "values": ["basic", "plus"], "predictive": True},
        {"name": "mood", "type": "text"},
    ]
    names = [each["name"] for each in sources]
    plain: Json = {
        "wire": 1,
        "number": number,
        "condition_groups": [
            {"name": "customer", "attributes": attributes,
             "populated_by": [{"event": True}, *({"data_source": name} for name in names)]}
        ],
        "data_sources": list(sources),
        "events": [{"name": "call-started", "actions": [{"do": "decide", "placement": "desk"}]}],
        "placements": [{"name": "desk", "channel": "call-center", "control_percent": 0.0, "budget_ms": BUDGET_MS}],
        "outcomes": [{"name": "accepted", "reward": 1.0}, {"name": "rejected"}],
        "offers": [
            offer("for-everybody", placements=["desk"]),
            offer("good-payer", placements=["desk"], eligibility="customer.balance < 100.0"),
        ],
    }  # fmt: skip
    return {**plain, **changes}


def billing(url: str, **declared: Any) -> Json:
    request = {"url": url, **declared.pop("request", {})}
    return {"name": "billing", "request": request, "mapping": {"customer.balance": "$.balance"},
            "timeout_ms": 5000, **declared}  # fmt: skip


def shown(answer: Any) -> set[str]:
    return {each["offer"] for each in answer.json["decision"]["offers"]}


def test_a_decision_asks_for_what_its_rules_look_at(engine: RunningEngine, source: SourceServer) -> None:
    assert engine.publish(document(billing(source.url("/{customer.id}?s={session}")))).status == 201
    answer = engine.event(attributes={"customer.id": "7/8"})
    assert shown(answer) == {"for-everybody", "good-payer"}
    assert answer.json["decision"]["missing"] == []
    assert [request.path for request in source.requests] == ["/7%2F8?s=s-1"]


def test_a_value_that_the_call_sent_is_not_asked_for(engine: RunningEngine, source: SourceServer) -> None:
    engine.publish(document(billing(source.url("/{customer.id}"))))
    answer = engine.event(attributes={"customer.id": "7", "customer.balance": 500})
    assert shown(answer) == {"for-everybody"}
    assert source.requests == []


BAD = ["hang", "headers", "drip", "cut", "error", "busy", "missing", "garbage", "nan", "doubled", "deep", "wrong_type",
       "big", "bomb", "charset", "redirect", "reset"]  # fmt: skip


@pytest.mark.parametrize("mode", BAD)
def test_a_bad_source_leaves_its_attributes_missing(engine: RunningEngine, source: SourceServer, mode: str) -> None:
    source.content = {"balance": 12.5, "filling": "x" * 400}
    engine.publish(document(billing(source.url(f"/mode/{mode}/x"))))
    answer = engine.event()
    assert answer.status == 200
    assert shown(answer) == {"for-everybody"}
    assert answer.json["decision"]["missing"] == ["customer.balance"]
    assert len(source.requests) <= 2
    assert all(request.path == f"/mode/{mode}/x" for request in source.requests)


def test_a_value_that_no_request_can_hold_leaves_the_source_unasked(
    engine: RunningEngine, source: SourceServer
) -> None:
    content = document(billing(source.url("/{customer.since}")))
    content["condition_groups"][0]["attributes"].append({"name": "since", "type": "instant"})
    engine.publish(content)
    answer = engine.event(attributes={"customer.since": "9999-12-31T23:59:59-14:00"})
    assert answer.status == 200
    assert answer.json["decision"]["missing"] == ["customer.balance"]
    assert source.requests == []


def test_a_source_that_answers_in_time_is_heard_beside_one_that_hangs(
    engine: RunningEngine, source: SourceServer
) -> None:
    plans = {"name": "plans", "request": {"url": source.url("/plan")}, "mapping": {"customer.plan": "$.plan"}}
    content = document(billing(source.url("/mode/hang/x")), plans)
    content["offers"].append(offer("basic-only", placements=["desk"], eligibility='customer.plan == "basic"'))
    engine.publish(content)
    answer = engine.event()
    assert shown(answer) == {"for-everybody", "basic-only"}
    assert answer.json["decision"]["missing"] == ["customer.balance"]


def test_a_fallback_is_used_and_named(engine: RunningEngine, source: SourceServer) -> None:
    engine.publish(document(billing(source.url("/mode/error/x"), fallback={"customer.balance": 50})))
    answer = engine.event()
    assert shown(answer) == {"for-everybody", "good-payer"}
    assert answer.json["decision"]["defaults"] == {"customer.balance": 50.0}
    assert answer.json["decision"]["missing"] == []


def test_who_comes_behind_a_crowd_gets_what_is_known_and_has_nobody_asked(
    engine: RunningEngine, source: SourceServer
) -> None:
    engine.publish(document(billing(source.url("/{customer}"), cache_seconds=60)))
    engine.event(customer="c-1")
    engine.engine.reserve.waiting = 100_000
    known, unknown = engine.event(customer="c-1"), engine.event(customer="c-2")
    assert shown(known) == {"for-everybody", "good-payer"}
    assert shown(unknown) == {"for-everybody"}
    assert unknown.json["decision"]["missing"] == ["customer.balance"]
    assert [request.path for request in source.requests] == ["/c-1"]


def test_a_hundred_decisions_at_once_over_a_hanging_source_all_come(
    engine: RunningEngine, source: SourceServer
) -> None:
    source.behave("hang")
    engine.publish(document(billing(source.url("/{customer}"))))

    def ask(number: int) -> tuple[int, list[str]]:
        answer = engine.event(customer=f"c-{number}", session=f"s-{number}")
        return answer.status, answer.json["decision"]["missing"]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(100)))
    assert answers == [(200, ["customer.balance"])] * 100
    assert len(source.requests) <= 64


def test_the_session_remembers_what_was_sent_fetched_and_assigned(
    tmp_path: Path, engine: RunningEngine, source: SourceServer
) -> None:
    content = document(billing(source.url("/{customer.id}")))
    content["events"] = [
        {"name": "call-started", "actions": [
            {"do": "assign", "set": {"customer.mood": '"calm"'}}, {"do": "decide", "placement": "desk"}]},
        {"name": "looked", "actions": [{"do": "populate", "groups": ["customer"]}]},
    ]  # fmt: skip
    engine.publish(content)
    engine.event(attributes={"customer.id": "7", "customer.plan": "plus"})
    known = {"id": "7", "balance": 12.5, "plan": "plus", "mood": "calm"}
    assert engine.event("looked").json["groups"] == {"customer": known}
    assert engine.event("looked", customer="c-2").json["groups"]["customer"] == {}
    assert engine.event("looked", session="s-2").json["groups"]["customer"] == {}
    assert len(source.requests) == 1
    engine.stop()
    again = start_engine(engine.data, environment={"TRADEWIND_ENGINE_PRIVATE_HOSTS": source.host})
    try:
        assert again.event("looked").json["groups"] == {"customer": known}
        changed = again.event("looked", attributes={"customer.plan": "basic", "customer.mood": None})
        assert changed.json["groups"]["customer"] == {"id": "7", "balance": 12.5, "plan": "basic"}
        assert again.event("looked").json["groups"]["customer"] == {"id": "7", "balance": 12.5, "plan": "basic"}
    finally:
        again.stop()
    assert len(source.requests) == 1


def test_nothing_of_an_erased_customer_is_known_or_asked_with(engine: RunningEngine, source: SourceServer) -> None:
    entered, go = threading.Event(), threading.Event()
    content = document(billing(source.url("/{customer.id}")))
    content["placements"][0]["budget_ms"] = 5000
    content["events"].append({"name": "looked", "actions": [{"do": "populate", "groups": ["customer"]}]})
    engine.publish(content)
    engine.event(attributes={"customer.id": "7", "customer.mood": "calm"})

    def slow(path: str) -> Json:
        entered.set()
        go.wait(10)
        return {"balance": 1}

    source.content = slow
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.event, attributes={"customer.id": "8", "customer.balance": None})
        assert entered.wait(10)
        assert engine.call("DELETE", "/v1/customers/c-1", scope="admin").status == 200
        go.set()
        assert asked.result(10).status == 200
    known = engine.event("looked").json["groups"]["customer"]
    assert known == {"id": "8", "balance": 1.0}


def test_an_explanation_decides_with_what_was_known_then(engine: RunningEngine, source: SourceServer) -> None:
    content = document(billing(source.url("/{customer}"), fallback={"customer.balance": 50}))
    content["events"][0]["actions"][:0] = [
        {"do": "respond"},
        {"do": "assign", "set": {"customer.mood": '"calm"'}},
    ]
    content["events"][0]["actions"].append({"do": "assign", "set": {"customer.balance": "999.0"}})
    content["offers"].append(offer("calm-only", placements=["desk"], eligibility='customer.mood == "calm"'))
    engine.publish(content)
    one = engine.event().json["decision"]
    source.behave("error")
    response = {"decision": one["id"], "offer": one["offers"][0]["offer"], "outcome": "accepted"}
    two = engine.event(customer="c-2", response=response).json["decision"]
    three = engine.event(customer="c-2").json["decision"]
    assert two["defaults"] == {"customer.balance": 50.0}
    assert "good-payer" not in {each["offer"] for each in three["offers"]}
    source.behave("garbage")
    for decision in (one, two, three):
        explained = engine.call("GET", f"/v1/decisions/{decision['id']}").json
        assert (explained["reproduced"], explained["differences"]) == (True, [])
        assert explained["decision"]["offers"] == decision["offers"]


def test_a_fallback_is_no_knowledge(engine: RunningEngine, source: SourceServer) -> None:
    engine.publish(document(billing(source.url(), fallback={"customer.balance": 50}, cache_seconds=0)))
    source.behave("error")
    assert engine.event().json["decision"]["defaults"] == {"customer.balance": 50.0}
    source.behave()
    assert engine.event().json["decision"]["defaults"] == {}


def test_a_dry_run_asks_and_writes_nothing(engine: RunningEngine, source: SourceServer) -> None:
    engine.publish(document(billing(source.url("/mode/error/x"), fallback={"customer.balance": 50})))
    head = engine.head
    dry = engine.event(dry_run=True).json["decision"]
    assert dry["defaults"] == {"customer.balance": 50.0}
    assert {fate["offer"] for fate in dry["fates"]} == {"for-everybody", "good-payer"}
    assert engine.head == head


def test_assignments_see_what_was_known_and_leave_alone_what_is_unknown(
    engine: RunningEngine, source: SourceServer
) -> None:
    content = document(billing(source.url("/{customer.id}")))
    content["events"] = [
        {"name": "call-started", "actions": [
            {"do": "assign", "set": {"customer.plan": 'customer.balance > 10.0 ? "plus" : "basic"'}},
            {"do": "assign", "set": {"customer.mood": 'customer.plan + "!"'}},
            {"do": "assign", "set": {"customer.balance": "customer.balance * 500.0"}},
            {"do": "decide", "placement": "desk"}],
         "output": {"plan": "{{ customer.plan }}", "mood": "so {{ customer.mood }}",
                    "balance": "{{ customer.balance }}", "unknown": "{{ customer.id }}",
                    "fixed": [1, True, None, "x"]}},
    ]  # fmt: skip
    engine.publish(content)
    answer = engine.event(attributes={"customer.id": "7"}).json
    assert answer["output"] == {
        "plan": "plus", "mood": "so plus!", "balance": 12.5, "unknown": "7", "fixed": [1, True, None, "x"]
    }  # fmt: skip
    answer = engine.event(session="s-2", attributes={"customer.plan": "basic"}).json
    assert answer["output"]["plan"] == "basic"
    assert answer["output"]["balance"] is None
    assert answer["output"]["unknown"] is None


def test_a_source_waits_for_the_assignment_that_it_is_asked_with(engine: RunningEngine, source: SourceServer) -> None:
    content = document(billing(source.url("/{customer.mood}")))
    content["events"][0]["actions"].insert(0, {"do": "assign", "set": {"customer.mood": 'customer.id + "-x"'}})
    engine.publish(content)
    engine.event(attributes={"customer.id": "7", "customer.mood": "sent"})
    assert [request.path for request in source.requests] == ["/7-x"]


def test_a_group_that_events_do_not_fill_is_refused_in_a_call(engine: RunningEngine, source: SourceServer) -> None:
    content = document(billing(source.url()))
    content["condition_groups"][0]["populated_by"] = [{"data_source": "billing"}]
    engine.publish(content)
    refused = engine.event(attributes={"customer.balance": 1})
    assert (refused.status, refused.codes) == (422, ["not_from_event"])


def test_a_host_that_is_not_listed_is_refused_at_publish(engine: RunningEngine) -> None:
    for url in ("http://evil.example/", "http://127.0.0.1:1/", "http://169.254.169.254/"):
        for route in ("/v1/publications/validate", "/v1/publications/1"):
            method = "PUT" if route.endswith("1") else "POST"
            refused = engine.call(method, route, document(billing(url)))
            assert refused.status == 422
            (fault,) = refused.json["errors"]
            assert (fault["path"], fault["code"]) == ("/data_sources/0/request/url", "host_not_allowed")
    content = document()
    content["events"][0]["actions"].append({"do": "notify", "url": "http://evil.example/"})
    (fault,) = engine.publish(content).json["errors"]
    assert fault["path"] == "/events/0/actions/1/url"


def test_a_publication_that_comes_while_sources_are_asked_is_the_one_that_decides(
    engine: RunningEngine, source: SourceServer
) -> None:
    entered, go = threading.Event(), threading.Event()

    def slow(path: str) -> Json:
        entered.set()
        go.wait(10)
        return {"balance": 12.5}

    source.content = slow
    content = document(billing(source.url()))
    content["placements"][0]["budget_ms"] = 5000
    engine.publish(content)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.event)
        assert entered.wait(10)
        later = document(billing(source.url()), number=2)
        later["placements"][0]["budget_ms"] = 5000
        assert engine.publish(later).status == 201
        go.set()
        answer = asked.result(10)
    assert answer.json["decision"]["publication"] == 2
    assert shown(answer) == {"for-everybody", "good-payer"}


def test_the_same_id_at_the_same_time_is_decided_once(engine: RunningEngine, source: SourceServer) -> None:
    source.behave(latency_ms=50)
    engine.publish(document(billing(source.url("/{customer}"))))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: engine.event(id="e-1").body, range(8)))
    assert len(set(answers)) == 1
    assert len(engine.history(types="event_handled")) == 1


def test_secrets_are_nowhere_but_in_the_header(tmp_path: Path, source: SourceServer) -> None:
    environment = {"TRADEWIND_ENGINE_PRIVATE_HOSTS": source.host, "TRADEWIND_ENGINE_SECRET_BILLING": "hush-hush"}
    engine = start_engine(tmp_path / "engine", environment=environment)
    try:
        request = {"headers": {"Authorization": {"secret": "billing"}}}
        published = engine.publish(document(billing(source.url(), request=request)))
        answer = engine.event()
        said = published.body + answer.body + engine.call("GET", "/metrics").body
        said += b"".join(engine.call("GET", path).body for path in ("/v1/publications/current", "/v1/history"))
    finally:
        engine.stop()
    assert source.requests[0].headers["authorization"] == "hush-hush"
    assert b"hush" not in said
    for path in (tmp_path / "engine").iterdir():
        assert b"hush" not in path.read_bytes()


def test_metrics_tell_how_sources_do(engine: RunningEngine, source: SourceServer) -> None:
    engine.publish(document(billing(source.url("/{customer}"))))
    engine.event()
    source.behave("wrong_type")
    engine.event(customer="c-2")
    page = engine.call("GET", "/metrics").body.decode()
    assert 'tradewind_source_calls_total{outcome="answered",source="billing"} 2.0' in page
    assert 'tradewind_source_misfits_total{source="billing"} 1.0' in page


def test_a_wrong_host_in_the_settings_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="TRADEWIND_ENGINE_PRIVATE_HOSTS"):
        Engine(tmp_path, report=lambda line: None, environment={"TRADEWIND_ENGINE_PRIVATE_HOSTS": "http://x/"})


def test_a_name_whose_address_changes_is_not_followed_inside(tmp_path: Path, source: SourceServer) -> None:
    """The resolver says a public address first and loopback from then on."""
    asked: list[str] = []

    async def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["192.88.99.1" if len(asked) == 1 else "127.0.0.1"]

    host = f"turns.example:{source.port}"

    async def scene() -> list[str]:
        engine = Engine(tmp_path, report=lambda line: None, environment={"TRADEWIND_ENGINE_SOURCE_HOSTS": host},
                        lookup=changing)  # fmt: skip
        content = document(billing(f"http://{host}/", timeout_ms=200))
        declared = Population.of(convert(content, Publication)).sources["billing"]
        outcomes = []
        for _ in range(3):
            question = engine.sources.recall(declared, {})
            assert isinstance(question, Asking)
            outcomes.append((await heard(question)).outcome)
        await engine.sources.close()
        engine.keys.close()
        return outcomes

    assert set(asyncio.run(scene())) <= {"unreachable", "late"}
    assert len(asked) >= 1
    assert source.requests == []


def test_soap_fills_a_group(engine: RunningEngine, source: SourceServer) -> None:
    source.behave("soap")
    source.content = (
        '<e:Envelope xmlns:e="urn:e"><e:Body><r xmlns="urn:b"><balance>12.50</balance></r></e:Body></e:Envelope>'
    )
    body = '<e:Envelope xmlns:e="urn:e" xmlns:b="urn:b"><e:Body><b:q>{customer}</b:q></e:Body></e:Envelope>'
    soap = billing(source.url(), kind="soap", request={"method": "POST", "body": body, "headers": {"SOAPAction": "q"}})
    soap["mapping"] = {"customer.balance": "//b:balance"}
    assert engine.publish(document(soap)).status == 201
    assert shown(engine.event()) == {"for-everybody", "good-payer"}
    assert b"<b:q>c-1</b:q>" in source.requests[0].body
