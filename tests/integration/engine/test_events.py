"""Events: decided, remembered, answered; the same id again answers the same bytes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.engines import RunningEngine
from tests.publications import ATTRIBUTES, offer, sample

from tradewind.engine.wire import EventAnswer

CALL = {"session": "s-1", "customer": "c-1", "channel": "call-center"}
ENVELOPE = {"specversion": "1.0", "id": "17", "source": "/desk/london", "type": "call-started"}


def test_an_event_is_answered_with_its_decision(published: RunningEngine) -> None:
    answer = published.event(attributes=ATTRIBUTES, language="ro", agent="a7")
    assert answer.status == 200
    event = msgspec.json.decode(answer.body, type=EventAnswer)
    decision = event.decision
    assert decision is not None
    assert (event.session, event.position, decision.position) == ("s-1", "2", "1")
    assert decision.mode == "learned"
    assert [shown.rank for shown in decision.offers] == [1, 2, 3]
    assert len({shown.offer for shown in decision.offers}) == 3
    for shown in decision.offers:
        assert 0.0 <= shown.interval[0] <= shown.propensity <= shown.interval[1] <= 1.0
        assert 0.0 < shown.selection_probability <= 1.0
        assert shown.texts["title"]
    assert decision.missing == []


def test_an_unknown_customer_without_attributes_is_decided_for(published: RunningEngine) -> None:
    answer = published.event(customer="nobody", attributes={})
    assert answer.status == 200
    assert "customer.tenure_months" in answer.json["decision"]["missing"]


def test_an_event_on_another_channel_shows_nothing(published: RunningEngine) -> None:
    answer = published.event(channel="web", attributes=ATTRIBUTES)
    assert answer.status == 200
    assert answer.json["decision"]["offers"] == []


def test_an_ineligible_offer_is_never_shown(published: RunningEngine) -> None:
    for index in range(40):
        shown = published.event(
            customer=f"c-{index}", attributes={"customer.tenure_months": 4, "machine.in_warranty": True}
        )
        offers = {shown["offer"] for shown in shown.json["decision"]["offers"]}
        assert offers <= {"accessory-03", "accessory-04"}


def test_a_limit_can_only_lower_the_placements(published: RunningEngine) -> None:
    assert len(published.event(attributes=ATTRIBUTES, limit=1).json["decision"]["offers"]) == 1
    assert len(published.event(attributes=ATTRIBUTES, limit=50).json["decision"]["offers"]) == 3


def test_the_same_id_again_gives_the_same_bytes_and_stores_nothing(published: RunningEngine) -> None:
    first = published.event(id="e-1", attributes=ATTRIBUTES)
    published.event(attributes=ATTRIBUTES)
    head = published.head
    again = published.event(id="e-1", attributes=ATTRIBUTES)
    assert (again.status, again.body) == (200, first.body)
    assert published.head == head


def test_the_same_call_with_other_key_order_or_min_position_is_the_same_call(published: RunningEngine) -> None:
    first = published.event(id="e-1", attributes={"call.reason": "invoice", "customer.is_student": False})
    again = published.event(
        id="e-1",
        attributes={"customer.is_student": False, "call.reason": "invoice"},
        min_position=first.json["position"],
    )
    assert again.body == first.body


@pytest.mark.parametrize("change", [{"customer": "c-2"}, {"attributes": {"call.reason": "other"}}, {"limit": 1}])
def test_the_same_id_with_another_body_is_refused(published: RunningEngine, change: dict[str, Any]) -> None:
    published.event(id="e-1", attributes=ATTRIBUTES)
    head = published.head
    answer = published.event(**{"id": "e-1", "attributes": ATTRIBUTES, **change})
    assert (answer.status, answer.codes) == (422, ["id_used"])
    assert published.head == head


def test_many_clients_with_one_id_get_one_decision(published: RunningEngine) -> None:
    head = published.head
    bodies: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: bodies.append(published.event(id="e-1", attributes=ATTRIBUTES).body))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bodies) == 8
    assert len(set(bodies)) == 1
    assert published.head == head + 1


def test_a_dry_run_tells_every_offers_fate_and_writes_nothing(published: RunningEngine) -> None:
    head = published.head
    answer = published.event(id="e-1", customer="new", attributes={"customer.tenure_months": 5}, dry_run=True)
    decision = answer.json["decision"]
    assert len(decision["fates"]) == 12
    fates = {fate["offer"]: fate for fate in decision["fates"]}
    assert fates["accessory-09"]["stage"] == "eligible"
    assert "customer.tenure_months = 5" in fates["accessory-09"]["reason"]
    assert {fate["offer"] for fate in decision["fates"] if fate["stage"] == "shown"} == {
        s["offer"] for s in decision["offers"]
    }
    assert decision["funnel"]["shown"] == len(decision["offers"])
    assert published.head == head
    refused = published.respond(
        {"decision": decision["id"], "offer": decision["offers"][0]["offer"], "outcome": "accepted"}
    )
    assert refused.status == 404
    assert published.event(id="e-1", attributes={}).status == 200


def test_a_position_that_is_reached_in_time_is_waited_for(published: RunningEngine) -> None:
    first = published.event()
    assert published.event(min_position=int(first.json["position"])).status == 200
    waiting: list[int] = []
    wanted = published.head + 1
    thread = threading.Thread(target=lambda: waiting.append(published.event(min_position=str(wanted)).status))
    thread.start()
    published.event()
    thread.join()
    assert waiting[0] in (200, 503)


def test_a_position_that_does_not_come_is_503(published: RunningEngine) -> None:
    answer = published.event(min_position="999999")
    assert answer.status == 503
    assert answer.json["type"] == "urn:tradewind:problem:behind"
    assert answer.headers["retry-after"] == "1"
    assert published.head == 1


def test_a_reoffer_wait_is_kept_by_the_very_next_decision(engine: RunningEngine) -> None:
    document = sample(1)
    document["offers"] = [offer(f"o-{index}", reoffer_after_days=14) for index in range(6)]
    assert engine.publish(document).status == 201
    first, second, third = (engine.event().json["decision"]["offers"] for _ in range(3))
    shown = [{entry["offer"] for entry in offers} for offers in (first, second, third)]
    assert shown[0] | shown[1] == {f"o-{index}" for index in range(6)}
    assert shown[2] == set()


def test_a_structured_cloud_event_is_an_event(published: RunningEngine) -> None:
    happened = datetime.now(UTC) - timedelta(hours=3)
    envelope = {**ENVELOPE, "time": happened.isoformat(), "traceparent": "00-ab", "data": {**CALL, "attributes": {}}}
    headers = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
    answer = published.call("POST", "/v1/events/call-started", envelope, headers=headers)
    assert answer.status == 200, answer.body
    (line,) = published.history(types="event_handled")
    assert line["id"] == "/desk/london#17"
    assert datetime.fromisoformat(line["occurred_at"]) == happened
    assert datetime.fromisoformat(line["at"]) > happened
    again = published.call("POST", "/v1/events/call-started", envelope, headers=headers)
    assert again.body == answer.body


def test_cloud_events_of_different_sources_are_different_events(published: RunningEngine) -> None:
    headers = {"Content-Type": "application/cloudevents+json"}
    for source, name in (("a#b", "c"), ("a", "b#c"), ("a", "b"), ("a#b#c#3", "x"), ("a", "b#c#")):
        envelope = {**ENVELOPE, "source": source, "id": name, "data": CALL}
        assert published.call("POST", "/v1/events/call-started", envelope, headers=headers).status == 200
    ids = [line["id"] for line in published.history(types="event_handled")]
    assert len(set(ids)) == 5
    assert ids[0] == "a#b#c"


def test_the_content_type_of_a_cloud_events_data_may_name_its_charset(published: RunningEngine) -> None:
    envelope = {**ENVELOPE, "datacontenttype": "application/json; charset=utf-8", "data": CALL}
    headers = {"Content-Type": "application/cloudevents+json"}
    assert published.call("POST", "/v1/events/call-started", envelope, headers=headers).status == 200


def test_a_binary_cloud_event_is_the_same_event(published: RunningEngine) -> None:
    binary = {f"ce-{name}": value for name, value in ENVELOPE.items()}
    first = published.call("POST", "/v1/events/call-started", CALL, headers=binary)
    assert first.status == 200, first.body
    headers = {"Content-Type": "application/cloudevents+json"}
    structured = published.call("POST", "/v1/events/call-started", {**ENVELOPE, "data": CALL}, headers=headers)
    assert structured.body == first.body


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"type": "page-viewed"}, ["type_mismatch"]),
        ({"specversion": "0.3"}, ["not_one_of"]),
        ({"time": "yesterday"}, ["wrong_form"]),
        ({"time": (datetime.now(UTC) + timedelta(minutes=30)).isoformat()}, ["in_the_future"]),
        ({"time": "0001-01-01T00:00:00+14:00"}, ["out_of_range"]),
        ({"datacontenttype": "text/xml"}, ["not_one_of"]),
        ({"data": {**CALL, "id": "x"}}, ["id_twice"]),
        ({"id": ""}, ["wrong_length"]),
    ],
)
def test_a_contradictory_cloud_event_is_refused(
    published: RunningEngine, change: dict[str, Any], codes: list[str]
) -> None:
    head = published.head
    envelope = {**ENVELOPE, "data": CALL, **change}
    headers = {"Content-Type": "application/cloudevents+json"}
    answer = published.call("POST", "/v1/events/call-started", envelope, headers=headers)
    assert (answer.status, answer.codes) == (422, codes)
    assert published.head == head


def test_binary_headers_that_are_wrong_are_all_named(published: RunningEngine) -> None:
    answer = published.call("POST", "/v1/events/call-started", CALL, headers={"ce-specversion": "2", "ce-time": "x"})
    assert answer.status == 422
    paths = {fault["path"] for fault in answer.json["errors"]}
    assert paths == {f"/headers/ce-{name}" for name in ("id", "source", "type", "specversion", "time")}


@pytest.mark.parametrize("name", ["id", "source", "type"])
def test_a_binary_event_without_its_version_is_refused_instead_of_losing_its_id(
    published: RunningEngine, name: str
) -> None:
    head = published.head
    binary = {f"ce-{each}": value for each, value in ENVELOPE.items() if each != "specversion"}
    for headers in (binary, {f"ce-{name}": binary[f"ce-{name}"]}):
        answer = published.call("POST", "/v1/events/call-started", CALL, headers=headers)
        assert answer.status == 422
        assert "/headers/ce-specversion" in {fault["path"] for fault in answer.json["errors"]}
    assert published.head == head


def test_a_binary_header_that_is_not_utf8_is_refused_instead_of_taken_for_another(published: RunningEngine) -> None:
    head = published.head
    for name in ("%ff%fe", "%fe%ff"):
        binary = {f"ce-{each}": value for each, value in {**ENVELOPE, "id": name}.items()}
        answer = published.call("POST", "/v1/events/call-started", CALL, headers=binary)
        assert (answer.status, answer.codes) == (422, ["malformed"])
        assert answer.json["errors"][0]["path"] == "/headers/ce-id"
    assert published.head == head


def test_a_binary_event_of_another_type_is_refused_at_its_header(published: RunningEngine) -> None:
    binary = {f"ce-{each}": value for each, value in {**ENVELOPE, "type": "page-viewed"}.items()}
    answer = published.call("POST", "/v1/events/call-started", CALL, headers=binary)
    assert answer.codes == ["type_mismatch"]
    assert answer.json["errors"][0]["path"] == "/headers/ce-type"


def test_an_event_without_a_decision_is_remembered_all_the_same(engine: RunningEngine) -> None:
    document = sample(1)
    document["events"].append({"name": "call-ended", "actions": []})
    assert engine.publish(document).status == 201
    answer = engine.event("call-ended")
    assert answer.status == 200
    assert set(answer.json) == {"session", "position", "elapsed_ms"}
    assert engine.history(types="event_handled")[0]["decision"] is None
