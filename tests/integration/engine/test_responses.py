"""Responses: learnt at once, counted once, refused by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.engines import RunningEngine
from tests.publications import ATTRIBUTES, offer, sample


def ask(engine: RunningEngine, **fields: Any) -> tuple[str, str]:
    """A fresh decision and the first offer it shows."""
    decision = engine.event(**{"attributes": ATTRIBUTES, **fields}).json["decision"]
    return decision["id"], decision["offers"][0]["offer"]


def counts(engine: RunningEngine, offer: str) -> list[tuple[int, int]]:
    view = engine.call("GET", f"/v1/offers/{offer}/predictor").json
    return [(profile["shown"], profile["accepted"]) for profile in view["profiles"]]


def total(engine: RunningEngine, offer: str) -> tuple[int, int]:
    shown, accepted = zip(*counts(engine, offer), strict=True)
    return sum(shown), sum(accepted)


def test_an_answer_moves_the_predictor_before_it_returns(published: RunningEngine) -> None:
    decision, offered = ask(published)
    before = published.call("GET", f"/v1/offers/{offered}/predictor").json["profiles"][0]
    receipt = published.respond({"decision": decision, "offer": offered, "outcome": "accepted"})
    assert receipt.status == 200
    assert receipt.json == {
        "position": str(published.head), "durable": "local", "recorded": 1, "duplicates": 0, "refused": [],
    }  # fmt: skip
    after = published.call("GET", f"/v1/offers/{offered}/predictor").json
    assert total(published, offered) == (1, 1)
    assert after["position"] == receipt.json["position"]
    assert after["profiles"][0]["propensity"] > before["propensity"]


def test_the_same_answer_again_is_a_duplicate_whatever_else_it_says(published: RunningEngine) -> None:
    decision, offered = ask(published)
    answer = {"decision": decision, "offer": offered, "outcome": "accepted"}
    first = published.respond(answer)
    head = published.head
    again = published.respond({**answer, "agent": "someone-else", "value": 3.0})
    assert (again.status, again.json["recorded"], again.json["duplicates"]) == (200, 0, 1)
    assert again.json["position"] == first.json["position"]
    assert published.head == head
    assert total(published, offered) == (1, 1)


def test_an_id_is_a_duplicate_with_its_body_and_refused_with_another(published: RunningEngine) -> None:
    decision, offered = ask(published)
    answer = {"id": "r-1", "decision": decision, "offer": offered, "outcome": "accepted"}
    assert published.respond(answer).json["recorded"] == 1
    assert published.respond(answer).json["duplicates"] == 1
    head = published.head
    other = published.respond({**answer, "outcome": "rejected"})
    assert (other.status, other.codes) == (422, ["id_used"])
    assert other.json["type"] == "urn:tradewind:problem:id_used"
    published.event(id="e-1")
    assert published.respond({**answer, "id": "e-1"}).status == 422
    assert published.head == head + 1


def test_a_second_final_outcome_needs_a_correction_and_is_unlearnt_by_it(published: RunningEngine) -> None:
    decision, offered = ask(published)
    answer = {"decision": decision, "offer": offered}
    assert published.respond({**answer, "outcome": "accepted"}).status == 200
    head = published.head
    second = published.respond({**answer, "outcome": "rejected"})
    assert (second.status, second.codes) == (422, ["already_final"])
    assert published.head == head
    assert published.respond({**answer, "outcome": "rejected", "correction": True}).json["recorded"] == 1
    assert total(published, offered) == (1, 0)


def test_staged_outcomes_add_up_before_the_final_one(published: RunningEngine) -> None:
    decision, offered = ask(published)
    answer = {"decision": decision, "offer": offered}
    for outcome in ("interested", "accepted"):
        assert published.respond({**answer, "outcome": outcome}).json["recorded"] == 1
    assert total(published, offered) == (1, 1)


def test_a_skip_is_not_a_reject(published: RunningEngine) -> None:
    decision, offered = ask(published)
    assert published.respond({"decision": decision, "offer": offered, "outcome": "skipped"}).status == 200
    assert total(published, offered) == (0, 0)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"decision": "A" * 38}, 404, "unknown_decision"),
        ({"offer": "no-such"}, 404, "unknown_offer"),
        ({"outcome": "delighted"}, 422, "unknown_outcome"),
        ({"at": (datetime.now(UTC) + timedelta(minutes=30)).isoformat()}, 422, "in_the_future"),
        ({"at": (datetime.now(UTC) - timedelta(days=2)).isoformat()}, 422, "answered_before_shown"),
    ],
)
def test_a_refused_response_is_a_problem_and_changes_nothing(
    published: RunningEngine, change: dict[str, Any], status: int, code: str
) -> None:
    decision, offered = ask(published)
    head = published.head
    answer = published.respond({"decision": decision, "offer": offered, "outcome": "accepted", **change})
    assert (answer.status, answer.codes) == (status, [code])
    assert published.head == head
    assert total(published, offered) == (0, 0)


def test_in_a_list_the_good_ones_are_stored_and_the_others_named(published: RunningEngine) -> None:
    decision, offered = ask(published)
    good = {"decision": decision, "offer": offered, "outcome": "accepted"}
    answer = published.respond([good, {**good, "offer": "no-such"}, good, {**good, "outcome": "rejected"}])
    assert answer.status == 200
    receipt = answer.json
    assert (receipt["recorded"], receipt["duplicates"]) == (1, 1)
    assert [(refusal["index"], refusal["code"]) for refusal in receipt["refused"]] == [
        (1, "unknown_offer"),
        (3, "already_final"),
    ]
    assert published.head == 3


def test_a_list_has_at_most_a_thousand(published: RunningEngine) -> None:
    decision, offered = ask(published)
    good = {"decision": decision, "offer": offered, "outcome": "accepted"}
    assert published.respond([good] * 1001).codes == ["wrong_length"]
    assert published.respond([]).codes == ["wrong_length"]
    assert published.respond([good] * 1000).json["duplicates"] == 999


def test_a_list_with_a_malformed_member_stores_nothing(published: RunningEngine) -> None:
    decision, offered = ask(published)
    head = published.head
    answer = published.respond([{"decision": decision, "offer": offered, "outcome": "accepted"}, {"decision": 1}])
    assert answer.status == 422
    assert [fault["path"] for fault in answer.json["errors"]] == ["/1/decision", "/1/offer", "/1/outcome"]
    assert published.head == head


def test_an_offer_that_is_only_proposed_is_not_counted_until_it_is_presented(engine: RunningEngine) -> None:
    document = sample(1)
    document["offers"] = [offer("only", reoffer_after_days=14)]
    assert engine.publish(document).status == 201
    for _ in range(2):
        shown = engine.event("page-viewed", channel="web").json["decision"]
        assert [entry["offer"] for entry in shown["offers"]] == ["only"]
    assert engine.respond({"decision": shown["id"], "offer": "only", "outcome": "presented"}).status == 200
    assert engine.event("page-viewed", channel="web").json["decision"]["offers"] == []


def test_answers_to_an_earlier_publications_decision_are_still_taken(published: RunningEngine) -> None:
    decision, offered = ask(published)
    assert published.publish(sample(2, offers=4)).status == 201
    assert published.respond({"decision": decision, "offer": offered, "outcome": "accepted"}).json["recorded"] == 1
