"""Why was it decided so? Decisions explain themselves, also long after what they were made with has changed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from tests.engines import Answer, RunningEngine, start_engine
from tests.publications import ATTRIBUTES, offer, sample

from tradewind.engine.lab.replaying import decisions_of
from tradewind.engine.service.jobs import Jobs
from tradewind.engine.service.past import Past

type Json = dict[str, Any]


def decided(engine: RunningEngine, **fields: Any) -> Json:
    answer = engine.event(**{"attributes": ATTRIBUTES, **fields})
    assert answer.status == 200, answer.body
    decision: Json = answer.json["decision"]
    return decision


def explained(engine: RunningEngine, decision: Json) -> Json:
    answer = engine.call("GET", f"/v1/decisions/{decision['id']}")
    assert answer.status == 200, answer.body
    explanation: Json = answer.json
    return explanation


def recorded(decision: Json) -> Json:
    """What an answer said, without what only an explanation adds."""
    return {name: value for name, value in decision.items() if name not in ("funnel", "fates")}


def assert_reproduced(engine: RunningEngine, decision: Json) -> Json:
    explanation = explained(engine, decision)
    assert (explanation["reproduced"], explanation["differences"]) == (True, [])
    assert recorded(explanation["decision"]) == recorded(decision)
    return explanation


def test_a_decision_is_reproduced_and_every_offer_has_a_fate(published: RunningEngine) -> None:
    decision = decided(published, language="ro", limit=2)
    explanation = assert_reproduced(published, decision)
    assert (explanation["event"], explanation["channel"], explanation["placement"]) == (
        "call-started",
        "call-center",
        "desk",
    )
    assert explanation["reason"] is None
    fates = {fate["offer"]: fate for fate in explanation["decision"]["fates"]}
    assert len(fates) == 12
    assert [fates[shown["offer"]]["rank"] for shown in decision["offers"]] == [1, 2]
    student = fates["student-note"]
    assert (student["stage"], student["rule"]) == ("eligible", "customer.is_student")
    assert student["seen"] == {"customer.is_student": False}
    lost = [fate for fate in fates.values() if fate["stage"] == "ranked"]
    assert lost
    last = decision["offers"][-1]["score"]
    assert all(fate["margin"] == pytest.approx(last - fate["score"]) for fate in lost)
    assert explanation["decision"]["funnel"]["shown"] == 2


def test_every_decision_of_a_learning_engine_is_reproduced(published: RunningEngine) -> None:
    decisions = []
    for number in range(30):
        decision = decided(published, customer=f"c-{number % 7}", session=f"s-{number}")
        published.respond(
            {
                "decision": decision["id"],
                "offer": decision["offers"][0]["offer"],
                "outcome": "accepted" if number % 3 else "rejected",
            }
        )
        decisions.append(decision)
    for decision in [*decisions, *reversed(decisions)]:
        assert_reproduced(published, decision)


def test_an_explanation_survives_publications_stops_and_a_restart(tmp_path: Path) -> None:
    engine = start_engine(tmp_path / "engine")
    engine.publish(sample(1))
    decision = decided(engine)
    before = explained(engine, decision)
    other = sample(2)
    other["offers"] = [offer("something-else")]
    other["condition_groups"] = other["condition_groups"][:1]
    assert engine.publish(other).status == 201
    engine.call("POST", "/v1/offers/care-plus/stop")
    shown = decision["offers"][0]["offer"]
    engine.respond({"decision": decision["id"], "offer": shown, "outcome": "accepted"})
    assert explained(engine, decision) == before
    engine.stop()
    again = start_engine(tmp_path / "engine")
    try:
        assert_reproduced(again, decision)
        assert explained(again, decision) == before
        later = decided(again, attributes={})
        assert [entry["offer"] for entry in later["offers"]] == ["something-else"]
        assert_reproduced(again, later)
    finally:
        again.stop()


def test_a_stopped_offer_is_told_as_stopped_in_later_decisions_only(published: RunningEngine) -> None:
    before = decided(published)
    published.call("POST", "/v1/offers/care-plus/stop")
    after = decided(published, session="s-2")
    fates = [
        {fate["offer"]: fate for fate in assert_reproduced(published, decision)["decision"]["fates"]}
        for decision in (before, after)
    ]
    assert fates[0]["care-plus"]["stage"] != "valid"
    assert (fates[1]["care-plus"]["stage"], fates[1]["care-plus"]["rule"]) == ("valid", "stop")


def test_a_decision_of_the_control_group_says_so(engine: RunningEngine) -> None:
    engine.publish(sample(1, control_percent=100.0))
    explanation = assert_reproduced(engine, decided(engine))
    assert (explanation["decision"]["mode"], explanation["decision"]["arm"]) == ("control", "control")
    reasons = {fate["reason"] for fate in explanation["decision"]["fates"] if fate["stage"] == "ranked"}
    assert reasons == {"not drawn: the control group is shown allowed offers at random"}


def test_a_decision_that_showed_nothing_explains_why(published: RunningEngine) -> None:
    explanation = assert_reproduced(published, decided(published, channel="web"))
    assert explanation["decision"]["offers"] == []
    rules = {fate["rule"] for fate in explanation["decision"]["fates"] if fate["stage"] == "applicable"}
    assert "channel" in rules


def forget(engine: RunningEngine, customer: str) -> None:
    """Erase a customer, which must succeed."""
    assert engine.call("DELETE", f"/v1/customers/{customer}").status == 200


def test_an_erased_customers_decision_is_shown_without_words_and_others_stay_whole(published: RunningEngine) -> None:
    erased, other = decided(published, customer="erased"), decided(published, customer="other")
    forget(published, "erased")
    explanation = explained(published, erased)
    assert (explanation["reproduced"], explanation["reason"]) == (None, "erased")
    decision = explanation["decision"]
    assert decision["fates"] is None
    assert decision["funnel"]["shown"] == 3
    for shown, was in zip(decision["offers"], erased["offers"], strict=True):
        assert (shown["texts"], shown["suitability"]) == ({}, "")
        assert {**shown, "texts": 0, "suitability": 0} == {**was, "texts": 0, "suitability": 0}
    assert "Ana" not in published.call("GET", f"/v1/decisions/{erased['id']}").body.decode()
    assert_reproduced(published, other)


@pytest.mark.parametrize("id", ["AAAA", "x", "%00", "a/b", "é", "A" * 128, "A" * 5000])
def test_a_forged_id_is_answered_as_an_unknown_one(published: RunningEngine, id: str) -> None:
    genuine = published.engine.tokens.mint(1)
    unknown = published.call("GET", f"/v1/decisions/{genuine}")
    forged = published.call("GET", f"/v1/decisions/{id}")
    assert unknown.status == forged.status == 404
    assert forged.body == unknown.body
    assert forged.json["type"] == "urn:tradewind:problem:decision_unknown"


def hold_back(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Rebuilding waits until the event is set."""
    free, at = threading.Event(), Past.at

    def waiting(self: Past, position: int, **others: Any) -> Any:
        free.wait(30.0)
        return at(self, position, **others)

    monkeypatch.setattr(Past, "at", waiting)
    return free


def until_done(engine: RunningEngine, decision: Json) -> Answer:
    for _ in range(200):
        answer = engine.call("GET", f"/v1/decisions/{decision['id']}")
        if answer.status != 202:
            return answer
    raise AssertionError("never done")


def test_what_takes_long_says_how_far_it_is_and_goes_on(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = decided(published)
    free = hold_back(monkeypatch)
    published.engine.jobs.patience_s = 0.05
    pending = published.call("GET", f"/v1/decisions/{decision['id']}")
    assert (pending.status, pending.headers["retry-after"]) == (202, "1")
    assert pending.json == {"position": "0", "of": decision["position"]}
    free.set()
    done = until_done(published, decision)
    assert (done.status, done.json["reproduced"]) == (200, True)


def test_only_so_many_explanations_are_worked_on(published: RunningEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    decisions = [decided(published, session=f"s-{number}") for number in range(3)]
    free = hold_back(monkeypatch)
    published.engine.jobs.patience_s, published.engine.jobs.most = 0.05, 2
    answers = [published.call("GET", f"/v1/decisions/{decision['id']}") for decision in decisions]
    assert [answer.status for answer in answers] == [202, 202, 429]
    free.set()
    assert [until_done(published, decision).status for decision in decisions] == [200, 200, 200]


def test_an_outcome_that_waits_to_be_fetched_is_not_given_once_the_customer_is_erased(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = decided(published)
    free = hold_back(monkeypatch)
    published.engine.jobs.patience_s = 0.05
    assert published.call("GET", f"/v1/decisions/{decision['id']}").status == 202
    free.set()
    forget(published, "c-1")
    assert explained(published, decision)["reason"] == "erased"


def test_an_engine_that_explains_can_be_stopped(published: RunningEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    decision = decided(published)
    free = hold_back(monkeypatch)
    published.engine.jobs.patience_s = 0.05
    assert published.call("GET", f"/v1/decisions/{decision['id']}").status == 202
    close = Jobs.close

    def closing(self: Jobs) -> None:
        free.set()
        close(self)

    monkeypatch.setattr(Jobs, "close", closing)
    published.stop()


def test_what_rules_saw_is_answered_and_never_logged(
    published: RunningEngine, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    document = sample(2)
    document["offers"] = [offer("a", eligibility='customer.first_name == "Nobody"')]
    published.publish(document)
    decision = decided(published, attributes={**ATTRIBUTES, "customer.first_name": "Somebody-in-particular"})
    assert "Somebody-in-particular" in published.call("GET", f"/v1/decisions/{decision['id']}").body.decode()
    published.stop()
    out = capfd.readouterr()
    assert "in-particular" not in out.out + out.err + caplog.text


def test_what_the_session_knew_and_what_was_assigned_is_decided_with_again(engine: RunningEngine) -> None:
    document = sample(1)
    assign = {"do": "assign", "set": {"machine.age_months": "customer.tenure_months + 10.0"}}
    document["events"][0]["actions"].insert(0, assign)
    published = engine.publish(document)
    assert published.status == 201, published.body
    first = decided(engine, attributes={"customer.tenure_months": 30, "customer.first_name": "Ana"})
    second = decided(engine, attributes={"call.reason": "battery"})
    engine.publish(sample(2))
    for decision in (first, second):
        explanation = assert_reproduced(engine, decision)
        fates = {fate["offer"]: fate for fate in explanation["decision"]["fates"]}
        assert fates["accessory-05"]["stage"] in ("ranked", "shown")
    assert fates["new-battery"]["stage"] in ("ranked", "shown")
    tally = decisions_of(engine.data)
    assert (tally.reproduced, tally.differing) == (2, 0)


def test_a_decision_behind_an_answer_of_its_own_event_is_found_and_reproduced(engine: RunningEngine) -> None:
    document = sample(1)
    document["events"][0]["actions"].insert(0, {"do": "respond"})
    published = engine.publish(document)
    assert published.status == 201, published.body
    first = decided(engine)
    response = {"decision": first["id"], "offer": first["offers"][0]["offer"], "outcome": "accepted"}
    second = decided(engine, response=response)
    assert_reproduced(engine, first)
    assert_reproduced(engine, second)
    tally = decisions_of(engine.data)
    assert (tally.reproduced, tally.differing) == (2, 0)
