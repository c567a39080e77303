"""Where a placement ranks by scorers, trees are grown while the engine runs, and a start finds all of it again."""

from __future__ import annotations

from typing import Any

import pytest
from numpy.random import default_rng
from tests.engines import RunningEngine, eventually, start_engine
from tests.publications import offer, sample

from tradewind.engine.core.state import state_digest
from tradewind.engine.lab.replaying import decisions_of

TENURE = "customer.tenure_months"


def ask(engine: RunningEngine, customer: str, months: float) -> Any:
    return engine.event(customer=customer, session=customer, attributes={TENURE: months}).json


def view(engine: RunningEngine) -> Any:
    return engine.call("GET", "/v1/offers/only/predictor").json


@pytest.fixture
def scored(engine: RunningEngine) -> RunningEngine:
    """An engine whose only offer the young like, and whose scorer has trees by now."""
    document = sample()
    for placement in document["placements"]:
        placement["exploration"] = {"policy": "thompson", "ranked_by": "scorer"}
    assert engine.publish({**document, "offers": [offer("only")]}).status == 201
    rng = default_rng(3)
    for turn in range(80):
        months = float(rng.integers(0, 600))
        decision = ask(engine, f"c-{turn}", months)["decision"]["id"]
        outcome = "accepted" if rng.random() < (0.8 if months < 300 else 0.1) else "rejected"
        assert engine.respond({"decision": decision, "offer": "only", "outcome": outcome}).status == 200
    eventually(lambda: bool(engine.history(types="scorer_refitted")))
    return engine


def test_the_propensity_is_that_of_the_scorer_and_not_of_the_profile(scored: RunningEngine) -> None:
    young, old = (
        ask(scored, customer, months)["decision"]["offers"][0] for customer, months in (("y", 60), ("o", 540))
    )
    assert young["propensity"] > old["propensity"] + 0.2
    assert young["interval"][0] <= young["propensity"] <= young["interval"][1]


def test_both_are_judged_on_the_same_responses(scored: RunningEngine) -> None:
    scorer = view(scored)["scorer"]
    assert scorer["by_profiles"]["responses"] == scorer["by_scorer"]["responses"] == 80
    assert scorer["by_scorer"]["auc"] > scorer["by_profiles"]["auc"]
    assert scorer["drifts"] == 0


def test_the_feed_says_when_trees_were_grown(scored: RunningEngine) -> None:
    grown = scored.history(types="scorer_refitted")
    assert {line["offer"] for line in grown} == {"only"}
    assert all(20 <= line["responses"] <= 80 for line in grown)


def test_the_list_of_changes_has_the_trees_that_were_grown(scored: RunningEngine) -> None:
    listed = scored.call("GET", "/v1/offers/only/predictor/changes?types=scorer_refitted").json["changes"]
    assert listed == scored.history(types="scorer_refitted")[: len(listed)]
    assert listed


def test_decisions_by_a_scorer_are_reproduced(scored: RunningEngine) -> None:
    decision = ask(scored, "late", 100)["decision"]["id"]
    assert scored.call("GET", f"/v1/decisions/{decision}").json["reproduced"] is True
    tally = decisions_of(scored.data)
    assert (tally.reproduced, tally.differing) == (81, 0)


def test_an_engine_that_starts_again_knows_the_same(scored: RunningEngine) -> None:
    before = view(scored)
    scored.stop()
    started = start_engine(scored.data)
    assert state_digest(started.engine.state) == state_digest(scored.engine.state)
    after = view(started)
    assert (after["profiles"], after["scorer"]) == (before["profiles"], before["scorer"])
    started.stop()
