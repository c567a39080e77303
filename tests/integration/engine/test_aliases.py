"""A visitor turns out to be a customer: over the wire, once, and without mixing up anybody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.engines import Answer, RunningEngine, start_engine
from tests.publications import ATTRIBUTES, offer, sample

from tradewind.engine.core.state import state_digest

CALM = {"name": "calm", "scope": "all", "counts": "shown", "max": 4, "days": 7}


def join(engine: RunningEngine, customer: str, alias: str, **fields: Any) -> Answer:
    return engine.call("POST", f"/v1/customers/{customer}/aliases", {"alias": alias, **fields})


def shown(engine: RunningEngine, customer: str) -> list[str]:
    decision = engine.event(customer=customer, session=f"of-{customer}", attributes=ATTRIBUTES).json["decision"]
    return [each["offer"] for each in decision["offers"]]


@pytest.fixture
def calm(engine: RunningEngine) -> RunningEngine:
    offers = [offer(f"o{n}") for n in range(8)] + [offer("asks", group="other", purpose_of_consent="marketing")]
    assert engine.publish({**sample(), "offers": offers, "contact_policies": [CALM]}).status == 201
    return engine


def test_counters_and_consents_join_and_another_customer_is_not_concerned(calm: RunningEngine) -> None:
    calm.call("PUT", "/v1/customers/visitor/consents", {"consents": [{"purpose": "marketing", "granted": True}]})
    assert len(shown(calm, "visitor")) == 3
    receipt = join(calm, "c-1", "visitor")
    assert (receipt.status, receipt.json) == (200, {"position": "4", "durable": "local"})
    told = calm.event(customer="c-1", attributes=ATTRIBUTES, dry_run=True).json["decision"]["fates"]
    assert not [fate for fate in told if fate["reason"].startswith("no consent")]
    assert len(shown(calm, "c-1")) == 1
    assert shown(calm, "visitor") == []
    assert len(shown(calm, "c-2")) == 3


@pytest.mark.parametrize("last", ["visitor", "c-1"])
def test_a_session_that_both_had_knows_what_either_said_the_later_value_first(engine: RunningEngine, last: str) -> None:
    document = sample()
    document["events"].append({"name": "asked", "actions": [{"do": "populate", "groups": ["customer"]}]})
    engine.publish(document)

    def known(customer: str, **attributes: Any) -> Any:
        sent = {f"customer.{name}": value for name, value in attributes.items()}
        return engine.event("asked", customer=customer, session="s-1", attributes=sent).json["groups"]["customer"]

    first = {"visitor": "c-1", "c-1": "visitor"}[last]
    known(first, tenure_months=44, is_student=True)
    known(last, tenure_months=55, segment="home")
    join(engine, "c-1", "visitor")
    both = {"tenure_months": 55.0, "is_student": True, "segment": "home"}
    assert known("visitor") == both
    assert known("c-1", is_student=None) == {"tenure_months": 55.0, "segment": "home"}
    assert known("c-1") == {"tenure_months": 55.0, "segment": "home"}


def test_later_calls_under_the_alias_act_as_the_customer_and_the_feed_says_who_is_who(calm: RunningEngine) -> None:
    shown(calm, "visitor")
    join(calm, "c-1", "visitor", id="j-1")
    calm.event(customer="visitor", session="later", attributes=ATTRIBUTES)
    before, joined, after = calm.history(types="event_handled,customers_joined")
    assert (joined["type"], joined["id"]) == ("customers_joined", "j-1")
    assert (joined["customer"], joined["alias"], joined["alias_subject"]) == ("c-1", "visitor", before["subject"])
    assert (before["customer"], after["customer"]) == ("visitor", "visitor")
    assert after["subject"] == joined["subject"] != before["subject"]


def test_chains_resolve(calm: RunningEngine) -> None:
    join(calm, "visitor-2", "visitor-1")
    join(calm, "c-1", "visitor-2")
    assert len(shown(calm, "visitor-1")) == 3
    assert len(shown(calm, "c-1")) == 1
    join(calm, "visitor-1", "visitor-3")
    assert shown(calm, "visitor-3") == []


def test_what_is_joined_stays_joined_and_nothing_is_stored_again(calm: RunningEngine) -> None:
    first = join(calm, "c-1", "visitor", id="j-1")
    head = calm.head
    for again in (join(calm, "c-1", "visitor", id="j-1"), join(calm, "c-1", "visitor")):
        assert again.body == first.body
    assert calm.head == head
    other = join(calm, "c-1", "visitor-2", id="j-1")
    assert (other.status, other.codes) == (422, ["id_used"])
    assert join(calm, "c-2", "visitor", id="j-1").codes == ["id_used"]


def test_nobody_joins_themselves_a_circle_or_somebody_elses_alias(calm: RunningEngine) -> None:
    join(calm, "c-1", "visitor")
    for customer, alias, status, code in (
        ("c-1", "c-1", 422, "self_alias"),
        ("visitor", "c-1", 409, "circle"),
        ("c-2", "visitor", 409, "alias_of_another"),
    ):
        answer = join(calm, customer, alias)
        assert (answer.status, answer.codes) == (status, [code])
    assert len(calm.history(types="customers_joined")) == 1


def test_everything_wrong_in_a_body_is_said(calm: RunningEngine) -> None:
    answer = calm.call("POST", "/v1/customers/c-1/aliases", {"alias": "", "id": 3, "customer": "c-2"})
    assert answer.status == 422
    assert {(fault["path"], fault["code"]) for fault in answer.json["errors"]} == {
        ("/alias", "wrong_length"),
        ("/id", "wrong_type"),
        ("/customer", "unknown_field"),
    }
    assert calm.call("POST", "/v1/customers/c-1/aliases", {"alias": "v"}, scope="read").status == 403
    assert calm.head == 1


def test_joins_survive_a_restart(tmp_path: Path) -> None:
    engine = start_engine(tmp_path)
    engine.publish({**sample(), "contact_policies": [CALM]})
    shown(engine, "visitor")
    join(engine, "c-1", "visitor")
    digest = state_digest(engine.engine.state)
    engine.stop()
    again = start_engine(tmp_path)
    assert state_digest(again.engine.state) == digest
    assert len(shown(again, "visitor")) == 1
    again.stop()
