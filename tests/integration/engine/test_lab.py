"""The lab reads the history of an engine beside it: replay, and estimates for policies that never ran."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.engines import RunningEngine
from tests.integration.engine.test_explanations import forget
from tests.publications import ATTRIBUTES, offer, sample

from tradewind.cli import main
from tradewind.engine.lab.estimating import estimate
from tradewind.engine.lab.histories import Asked, UnknownPolicy, history_log

RATES = {"a": 0.75, "b": 0.5, "c": 0.25}


def lively(
    engine: RunningEngine, *, customers: int = 260, policy: str = "thompson", floor: float = 0.5, control: float = 20.0
) -> None:
    """Customers who accept each offer at its own rate; one offer is shown always, one waits in a lower tier."""
    document = sample(1, control_percent=control)
    document["offers"] = [
        offer("notice", display="always", group="notices"),
        *(offer(name, group="things") for name in RATES),
        offer("low", priority=2, group="things"),
    ]
    document["placements"][0] |= {"limit": 3, "exploration": {"policy": policy, "floor": floor}}
    assert engine.publish(document).status == 201
    for number in range(customers):
        answer = engine.event(customer=f"c-{number}", session=f"s-{number}", attributes=ATTRIBUTES)
        engine.respond([answered(answer.json["decision"]["id"], each["offer"], number) for each in offers(answer.json)])


def offers(answer: Any) -> list[Any]:
    return list(answer["decision"]["offers"])


def answered(decision: str, offer: str, number: int) -> dict[str, Any]:
    accepts = (number * 37 % 100) / 100 < RATES.get(offer, 0.0)
    return {"decision": decision, "offer": offer, "outcome": "accepted" if accepts else "rejected"}


def test_a_policy_that_never_ran_is_estimated_from_history(
    engine: RunningEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    lively(engine)
    data = str(engine.data)
    assert main(["lab", "ope", "--data", data, "--policy", "uniform", "--placement", "desk", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["ips"]["low"] < 0.5 < result["ips"]["high"]
    assert abs(result["dr"]["estimate"] - 0.5) < 0.12
    assert main(["lab", "ope", "--data", data, "--policy", "better"]) == 1
    assert "there are published, uniform" in capsys.readouterr().err
    assert main(["lab", "replay", "--data", data, "--json"]) == 0
    replayed = json.loads(capsys.readouterr().out)
    assert (replayed["decisions"], replayed["reproduced"]) == (260, 260)


def test_only_the_ranks_that_competed_are_counted_and_the_published_policy_has_weight_one(
    engine: RunningEngine,
) -> None:
    lively(engine, customers=150, control=0.0)
    for rank in (1, 2):
        found = history_log(engine.data, Asked("published", rank=rank))
        assert found.log.weights.tolist() == pytest.approx([1.0] * 150, abs=1e-9)
        assert 0.0 < estimate(found.log).logged < 1.0
    third = history_log(engine.data, Asked("published", rank=3))
    assert len(third.log.rewards) == 0
    assert third.left.nothing_competed == 150


def test_an_offer_of_a_lower_tier_or_of_no_publication_was_never_possible(engine: RunningEngine) -> None:
    lively(engine, customers=20, control=0.0)
    for policy in ("always:low", "always:nobody"):
        found = history_log(engine.data, Asked(policy))
        assert (len(found.log.rewards), found.left.not_possible) == (0, 20)
    assert history_log(engine.data, Asked("always:b")).log.evaluated.max() == 1.0
    with pytest.raises(UnknownPolicy, match="no policy is called better"):
        history_log(engine.data, Asked("better"))


def test_the_lower_ranks_weigh_what_stands_above_them(engine: RunningEngine) -> None:
    lively(engine, customers=200, control=0.0)
    found = history_log(engine.data, Asked("uniform", rank=2))
    assert found.log.evaluated.tolist() == pytest.approx([1 / 6] * 200)
    assert abs(found.log.weights.mean() - 1.0) < 0.3


def test_corrections_open_windows_and_the_erased_are_counted_as_in_the_fold(engine: RunningEngine) -> None:
    lively(engine, customers=4, control=0.0)
    answer = engine.event(customer="late", session="x", attributes=ATTRIBUTES)
    found = history_log(engine.data, Asked("published"))
    assert (len(found.log.rewards), found.left.unanswered) == (4, 1)
    before = found.log.rewards.sum()
    first = offers(answer.json)[1]["offer"]
    said = {"decision": answer.json["decision"]["id"], "offer": first}
    engine.respond({**said, "outcome": "accepted"})
    assert history_log(engine.data, Asked("published")).log.rewards.sum() == before + 1
    engine.respond({**said, "outcome": "rejected", "correction": True})
    assert history_log(engine.data, Asked("published")).log.rewards.sum() == before
    forget(engine, "late")
    found = history_log(engine.data, Asked("published"))
    assert (len(found.log.rewards), found.left.erased) == (4, 1)


@pytest.mark.parametrize(
    ("floor", "said"), [(0.5, "not enough evidence"), (0.0, "of its probability to offers that had no chance")]
)
def test_too_few_decisions_and_what_had_no_chance_are_refused(
    engine: RunningEngine, floor: float, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lively(engine, customers=60, policy="greedy", floor=floor, control=0.0)
    found = history_log(engine.data, Asked("uniform"))
    assert (found.unsupported > 0.0) == (floor == 0.0)
    assert main(["lab", "ope", "--data", str(engine.data), "--policy", "uniform"]) == 1
    assert said in capsys.readouterr().err


def test_a_folder_without_history_is_refused(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "replay", "--data", str(tmp_path)]) == 1
    assert main(["lab", "ope", "--data", str(tmp_path), "--policy", "uniform"]) == 1
    assert main(["lab", "ope", "--policy", "uniform"]) == 1
    assert capsys.readouterr().err.count("there is no history in") == 2
