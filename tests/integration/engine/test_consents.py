"""Consent and objection over the wire: recorded once, obeyed at once, one customer's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.engines import Answer, RunningEngine, start_engine
from tests.publications import ATTRIBUTES, offer, sample

from tradewind.engine.core.state import state_digest

MARKETING = {"purpose": "marketing", "channel": None, "granted": True}


def put(engine: RunningEngine, customer: str, *consents: dict[str, Any], **fields: Any) -> Answer:
    body = {"consents": list(consents), **fields}
    return engine.call("PUT", f"/v1/customers/{customer}/consents", body)


def shown(engine: RunningEngine, customer: str) -> list[str]:
    decision = engine.event(customer=customer, session=f"of-{customer}", attributes=ATTRIBUTES).json["decision"]
    return [each["offer"] for each in decision["offers"]]


@pytest.fixture
def asking(engine: RunningEngine) -> RunningEngine:
    offers = [offer("asks", purpose_of_consent="marketing"), offer("plain", group="other")]
    assert engine.publish({**sample(), "offers": offers}).status == 201
    return engine


def test_the_next_decision_obeys_and_another_customer_is_not_concerned(asking: RunningEngine) -> None:
    assert shown(asking, "c-1") == ["plain"]
    receipt = put(asking, "c-1", MARKETING)
    assert (receipt.status, receipt.json) == (200, {"position": "3", "durable": "local"})
    assert set(shown(asking, "c-1")) == {"asks", "plain"}
    assert shown(asking, "c-2") == ["plain"]
    put(asking, "c-1", {"purpose": "marketing", "channel": "call-center", "granted": False})
    assert shown(asking, "c-1") == ["plain"]
    told = asking.event(customer="c-1", attributes=ATTRIBUTES, dry_run=True).json["decision"]["fates"]
    assert [(each["stage"], each["reason"]) for each in told if each["offer"] == "asks"] == [
        ("allowed", "no consent to marketing on call-center")
    ]


def test_no_decision_after_a_withdrawal_uses_the_purpose(asking: RunningEngine) -> None:
    put(asking, "c-1", MARKETING)
    for _ in range(3):
        shown(asking, "c-1")
    withdrawn = int(put(asking, "c-1", {**MARKETING, "granted": False}).json["position"])
    for _ in range(5):
        shown(asking, "c-1")
    lines = asking.history(types="event_handled")
    used = {int(line["position"]) for line in lines for each in line["decision"]["offers"] if each["offer"] == "asks"}
    assert used
    assert max(used) < withdrawn


def test_consent_may_be_recorded_before_the_customer_is_ever_seen(asking: RunningEngine) -> None:
    assert put(asking, "new/one", MARKETING).status == 200
    assert set(shown(asking, "new/one")) == {"asks", "plain"}


def test_the_same_id_is_one_fact_and_another_body_or_customer_is_refused(asking: RunningEngine) -> None:
    first = put(asking, "c-1", MARKETING, id="w-1")
    assert put(asking, "c-1", MARKETING, id="w-1").body == first.body
    for customer, consent in (("c-1", {**MARKETING, "granted": False}), ("c-2", MARKETING), ("c-9", MARKETING)):
        again = put(asking, customer, consent, id="w-1")
        assert (again.status, again.codes) == (422, ["id_used"])
    asking.event(id="e-1", attributes=ATTRIBUTES)
    assert put(asking, "c-1", MARKETING, id="e-1").codes == ["id_used"]
    assert len(asking.history(types="consents_changed")) == 1


def test_the_feed_tells_what_was_said(asking: RunningEngine) -> None:
    put(asking, "c-1", {"purpose": "marketing", "granted": True}, id="w-1")
    (line,) = asking.history(types="consents_changed")
    assert line.pop("at")
    assert len(line.pop("subject")) == 32
    assert line == {
        "type": "consents_changed",
        "position": "2",
        "id": "w-1",
        "customer": "c-1",
        "consents": [{"purpose": "marketing", "channel": None, "granted": True}],
    }


def test_everything_wrong_in_a_body_is_said_and_nothing_is_stored(asking: RunningEngine) -> None:
    body = {"consents": [{"purpose": "two words", "granted": "yes", "x": 1}, {"channel": "", "granted": True}], "y": 2}
    answer = asking.call("PUT", "/v1/customers/c-1/consents", body)
    assert answer.status == 422
    assert {(fault["path"], fault["code"]) for fault in answer.json["errors"]} == {
        ("/consents/0/purpose", "wrong_form"),
        ("/consents/0/granted", "wrong_type"),
        ("/consents/0/x", "unknown_field"),
        ("/consents/1/purpose", "missing"),
        ("/consents/1/channel", "wrong_form"),
        ("/y", "unknown_field"),
    }
    assert put(asking, "c-1").codes == ["wrong_length"]
    assert put(asking, "c-1", MARKETING, MARKETING, {**MARKETING, "granted": False}).codes == ["duplicate"] * 2
    assert put(asking, "c" * 129, MARKETING).codes == ["wrong_length"]
    assert asking.head == 1
    assert asking.engine.subjects.known("c-1") is None


def test_a_key_without_the_scope_records_nothing(asking: RunningEngine) -> None:
    body = {"consents": [MARKETING]}
    assert asking.call("PUT", "/v1/customers/c-1/consents", body, scope="read").status == 403


@pytest.mark.parametrize("customer", ["M%FCller", "%ff", "%ED%A0%80"])
def test_an_id_that_is_not_utf_8_is_refused_since_different_ones_would_be_one(
    asking: RunningEngine, customer: str
) -> None:
    head = asking.head
    answers = [
        put(asking, customer, MARKETING),
        asking.call("POST", f"/v1/customers/{customer}/aliases", {"alias": "v-1"}),
        asking.call("GET", f"/v1/customers/{customer}"),
        asking.call("DELETE", f"/v1/customers/{customer}"),
    ]
    assert [(answer.status, answer.codes) for answer in answers] == [(422, ["malformed"])] * 4
    assert asking.head == head
    assert put(asking, "M%C3%BCller", MARKETING).status == 200


def test_consents_survive_a_restart(tmp_path: Path) -> None:
    engine = start_engine(tmp_path)
    engine.publish({**sample(), "offers": [offer("asks", purpose_of_consent="marketing")]})
    put(engine, "c-1", MARKETING)
    digest = state_digest(engine.engine.state)
    engine.stop()
    again = start_engine(tmp_path)
    assert state_digest(again.engine.state) == digest
    assert shown(again, "c-1") == ["asks"]
    again.stop()
