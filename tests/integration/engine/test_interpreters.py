"""The same history comes to the same state, whoever folds it."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.publications import offer, sample
from tests.reliability.doors import Doors, opened
from tests.reliability.interpreters import VERSIONS, Missing, fold, interpreter, settings
from tests.reliability.story import event, new_folder

from tradewind.engine.history import has_fact


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some hundred decisions and answers over two publications."""
    data, chance = tmp_path_factory.mktemp("folded") / "data", random.Random(5)
    key = new_folder(data)

    async def work() -> None:
        async with opened(data, key) as doors:
            for number in range(120):
                if number % 60 == 0:
                    document = sample(number // 60 + 1, control_percent=10.0)
                    assert (await doors.call("PUT", f"/v1/publications/{document['number']}", document)).status == 201
                call = event(f"e-{number}", f"c-{number % 30}")
                decision = (await doors.call("POST", "/v1/events/call-started", call)).json["decision"]
                for shown in decision["offers"]:
                    outcome = chance.choice(["accepted", "rejected", "interested", "skipped"])
                    response = {"decision": decision["id"], "offer": shown["offer"], "outcome": outcome}
                    assert (await doors.call("POST", "/v1/responses", response)).status == 200

    asyncio.run(work())
    return data / "history.sqlite"


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answers to an offer that the young like and its scorer ranks: its profile was split, and trees were grown."""
    data, chance = tmp_path_factory.mktemp("grown") / "data", random.Random(6)
    key, document = new_folder(data), sample(1)
    for placement in document["placements"]:
        placement["exploration"] = {"policy": "thompson", "ranked_by": "scorer"}
    document["offers"] = [offer("only")]

    async def work() -> None:
        async with opened(data, key) as doors:
            assert (await doors.call("PUT", "/v1/publications/1", document)).status == 201
            await answered(doors, chance, range(200))
            await tended(data / "history.sqlite")
            await answered(doors, chance, range(200, 260))

    asyncio.run(work())
    return data / "history.sqlite"


async def answered(doors: Doors, chance: random.Random, customers: Iterable[int]) -> None:
    """So many customers are shown the offer and answer."""
    for number in customers:
        months = chance.randrange(600)
        call = event(f"e-{number}", f"c-{number}")
        call["attributes"] = {**call["attributes"], "customer.tenure_months": months}
        decision = (await doors.call("POST", "/v1/events/call-started", call)).json["decision"]
        outcome = "accepted" if chance.random() < (0.7 if months < 300 else 0.1) else "rejected"
        response = {"decision": decision["id"], "offer": "only", "outcome": outcome}
        assert (await doors.call("POST", "/v1/responses", response)).status == 200


async def tended(history: Path) -> None:
    """Wait until the engine has found what there is to find."""
    kinds = ("ProfileSplit", "ScorerRefitted")
    for _ in range(1_200):
        if all(has_fact(history, [kind]) for kind in kinds):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"history has no fact of one of {kinds}")


@pytest.mark.parametrize("told", ["history", "grown"])
@pytest.mark.parametrize("version", VERSIONS)
def test_digests_are_equal_across_hash_seeds_threads_and_versions(
    told: str, version: str, request: pytest.FixtureRequest
) -> None:
    history: Path = request.getfixturevalue(told)
    try:
        python = interpreter(version, may_install=False)
    except Missing as missing:
        pytest.skip(str(missing))
    expected = fold(history, Path(sys.executable))
    chosen = [*settings(processors=({},))][::2] + [*settings(processors=({},))][1:2]
    assert [each.how for each in (fold(history, python, **s) for s in chosen) if each.digests != expected.digests] == []
