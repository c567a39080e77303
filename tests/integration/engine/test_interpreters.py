"""The same history comes to the same state, whoever folds it."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

import pytest
from tests.publications import sample
from tests.reliability.doors import opened
from tests.reliability.interpreters import VERSIONS, Missing, fold, interpreter, settings
from tests.reliability.story import event, new_folder


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


@pytest.mark.parametrize("version", VERSIONS)
def test_digests_are_equal_across_hash_seeds_threads_and_versions(history: Path, version: str) -> None:
    try:
        python = interpreter(version, may_install=False)
    except Missing as missing:
        pytest.skip(str(missing))
    expected = fold(history, Path(sys.executable))
    chosen = [*settings(processors=({},))][::2] + [*settings(processors=({},))][1:2]
    assert [each.how for each in (fold(history, python, **s) for s in chosen) if each.digests != expected.digests] == []
