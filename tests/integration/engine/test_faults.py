"""What else may go wrong around an engine: the disk, the clock, the order and the number of deliveries, forgery."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import apsw
import pytest
from tests.publications import offer, sample
from tests.reliability.doors import Doors, NeverReady, opened
from tests.reliability.folders import scratch
from tests.reliability.shim import Io, watched
from tests.reliability.story import Call, Word, event, latest, new_folder, reckon

from tradewind.engine.core.state import model_digest, state_digest

HOUR = 3_600_000_000


class BadDisk:
    """Raises `error` at each call of a kind to a file, once it is `armed`, or at the first such call only."""

    def __init__(self, kind: str, name: str, error: Exception, *, once: bool = False) -> None:
        self.kind, self.name, self.error, self.once = kind, name, error, once
        self.armed = False
        self.met = 0

    def watch(self, io: Io) -> None:
        if self.armed and io.kind == self.kind and io.path.endswith(self.name):
            self.met += 1
            self.armed = not self.once
            raise self.error


FAULTS = {
    "the disk is full": ("write", "history.sqlite-wal", apsw.FullError("disk full"), False),
    "the disk cannot be written": ("write", "history.sqlite-wal", apsw.IOError("input/output error"), False),
    "a flush fails once": ("sync", "history.sqlite-wal", apsw.IOError("flush failed"), True),
    "the sums cannot be written": ("write", "history.sqlite.sums", OSError(28, "no space left"), False),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_acknowledged_once_history_cannot_be_written(tmp_path: Path, fault: str) -> None:
    key = new_folder(tmp_path)
    kind, name, error, once = FAULTS[fault]
    disk = BadDisk(kind, name, error, once=once)
    words: list[Word] = []
    ends: list[str | None] = []

    async def work() -> None:
        async with opened(tmp_path, key) as doors:
            doors.engine.on_failure = lambda: ends.append(doors.engine.failure)
            await say(doors, words, "PUT", "/v1/publications/1", sample(1))
            await say(doors, words, "POST", "/v1/events/call-started", event("before", "c-1"))
            disk.armed = True
            for number in range(3):  # also after a flush that failed once: it is never tried again
                await say(doors, words, "POST", "/v1/events/call-started", event(f"after-{number}", "c-1"))

    with watched(disk.watch):
        asyncio.run(work())
    assert [word.status for word in latest(words)] == [201, 200, 503, 503, 503]
    assert disk.met >= 1
    assert len(ends) == 1
    assert "history cannot be written" in str(ends[0])
    result = reckon(tmp_path, key, latest(words))
    assert result.wrong == []
    assert result.acknowledged == 2


VAULT_FAULTS = {
    "the disk is full": ("write", apsw.FullError("disk full"), False),
    "the disk cannot be written": ("write", apsw.IOError("input/output error"), False),
    "a flush fails once": ("sync", apsw.IOError("flush failed"), True),
}


@pytest.mark.parametrize("fault", VAULT_FAULTS)
def test_a_new_customer_whose_key_cannot_be_written_ends_the_engine(tmp_path: Path, fault: str) -> None:
    key = new_folder(tmp_path)
    kind, error, once = VAULT_FAULTS[fault]
    disk = BadDisk(kind, "vault.sqlite-wal", error, once=once)
    words: list[Word] = []
    ends: list[str | None] = []
    ready: list[int] = []

    async def work() -> None:
        async with opened(tmp_path, key) as doors:
            doors.engine.on_failure = lambda: ends.append(doors.engine.failure)
            await say(doors, words, "PUT", "/v1/publications/1", sample(1))
            await say(doors, words, "POST", "/v1/events/call-started", event("before", "c-1"))
            disk.armed = True
            ready.append((await doors.call("GET", "/health/ready")).status)
            for number in range(2):
                await say(doors, words, "POST", "/v1/events/call-started", event(f"after-{number}", "c-new"))
            ready.append((await doors.call("GET", "/health/ready")).status)

    with watched(disk.watch):
        asyncio.run(work())
    assert [word.status for word in latest(words)] == [201, 200, 503, 503]
    assert ready == [200, 503]
    assert disk.met >= 1
    assert len(ends) == 1
    assert "vault cannot be written" in str(ends[0])
    result = reckon(tmp_path, key, latest(words))
    assert result.wrong == []
    assert result.acknowledged == 2


@pytest.mark.parametrize("fault", VAULT_FAULTS)
def test_a_customer_whose_key_cannot_be_wiped_is_forgotten_at_the_next_start(tmp_path: Path, fault: str) -> None:
    key = new_folder(tmp_path)
    kind, error, once = VAULT_FAULTS[fault]
    disk = BadDisk(kind, "vault.sqlite-wal", error, once=once)

    async def work() -> list[int]:
        async with opened(tmp_path, key) as doors:
            await publish(doors)
            await doors.call("POST", "/v1/events/call-started", event("before", "c-1"))
            disk.armed = True
            erased = await doors.call("DELETE", "/v1/customers/c-1")
            return [erased.status, (await doors.call("GET", "/health/ready")).status]

    async def again() -> bool:
        async with opened(tmp_path, key) as doors:
            return doors.engine.subjects.vault.find("c-1") is None

    with watched(disk.watch):
        assert asyncio.run(work()) == [503, 503]
    assert asyncio.run(again())


async def say(doors: Doors, words: list[Word], method: str, path: str, body: Any) -> Any:
    """A call, with its words; its answer."""
    answer = await doors.call(method, path, body)
    words.append(Word(Call(method, path, body), answer.status, answer.body))
    return answer


def test_an_engine_does_not_start_over_a_disk_that_cannot_be_written(tmp_path: Path) -> None:
    key = new_folder(tmp_path)
    disk = BadDisk("write", "history.sqlite-wal", apsw.FullError("disk full"))
    disk.armed = True

    async def start() -> None:
        async with opened(tmp_path, key):
            pass

    with watched(disk.watch), pytest.raises(NeverReady, match="cannot start"):
        asyncio.run(start())
    asyncio.run(start())  # there is space again


def test_deliveries_that_are_doubled_delayed_and_out_of_order_happen_once(tmp_path: Path) -> None:
    key, chance = new_folder(tmp_path), random.Random(3)
    calls = [event(f"e-{number}", f"c-{number % 4}") for number in range(25)] * 4
    chance.shuffle(calls)
    answers: dict[str, set[bytes]] = {}

    async def deliver(doors: Doors, call: dict[str, Any]) -> None:
        await asyncio.sleep(chance.random() / 50)
        answer = await doors.call("POST", "/v1/events/call-started", call)
        assert answer.status == 200
        answers.setdefault(call["id"], set()).add(answer.body)

    async def work() -> tuple[int, str]:
        async with opened(tmp_path, key) as doors:
            await publish(doors)
            await asyncio.gather(*(deliver(doors, call) for call in calls))
            return doors.engine.head, state_digest(doors.engine.state)

    async def again() -> str:
        async with opened(tmp_path, key) as doors:
            return state_digest(doors.engine.state)

    head, digest = asyncio.run(work())
    assert head == 26
    assert {len(bodies) for bodies in answers.values()} == {1}
    assert asyncio.run(again()) == digest


def test_a_clock_that_jumps_changes_no_order(tmp_path: Path) -> None:
    key, clock = new_folder(tmp_path), [1_700_000_000_000_000]

    async def work() -> list[str]:
        async with opened(tmp_path, key, clock=lambda: clock[0]) as doors:
            await publish(doors)
            for number, jump in enumerate((0, HOUR, -2 * HOUR, HOUR, 1)):
                clock[0] += jump
                answer = await doors.call("POST", "/v1/events/call-started", event(f"e-{number}", "c-1"))
                assert (answer.status, answer.json["position"]) == (200, str(number + 2))
            feed = await doors.call("GET", "/v1/history?after=0&limit=10")
            return [line.split(b'"at":"')[1][:20].decode() for line in feed.body.splitlines()]

    instants = asyncio.run(work())
    assert instants == sorted(instants)
    assert reckon(tmp_path, key, []).wrong == []


async def publish(doors: Doors, number: int = 1, **changes: Any) -> None:
    answer = await doors.call("PUT", f"/v1/publications/{number}", {**sample(number), **changes})
    assert answer.status == 201, answer.body


def test_a_decision_uses_one_publication_and_nothing_of_another(tmp_path: Path) -> None:
    """Events go on while publications replace each other; each names its own in the ids of its offers."""
    key = new_folder(tmp_path)
    seen: set[int] = set()

    def offers(number: int) -> list[dict[str, Any]]:
        return [offer(f"p{number}-{index}") for index in range(6)]

    async def decide(doors: Doors, client: int, ending: asyncio.Event) -> None:
        number = 0
        while not ending.is_set():
            number += 1
            answer = await doors.call(
                "POST", "/v1/events/call-started", event(f"{client}-{number}", f"c-{client}-{number}")
            )
            decision = answer.json["decision"]
            seen.add(decision["publication"])
            assert decision["offers"]
            assert {shown["offer"].split("-")[0] for shown in decision["offers"]} == {f"p{decision['publication']}"}

    async def work() -> None:
        async with opened(tmp_path, key) as doors:
            await publish(doors, 1, offers=offers(1))
            ending = asyncio.Event()
            clients = [asyncio.create_task(decide(doors, client, ending)) for client in range(4)]
            for number in range(2, 9):
                await publish(doors, number, offers=offers(number))
                await asyncio.sleep(0.02)
            ending.set()
            await asyncio.gather(*clients)

    asyncio.run(work())
    assert len(seen) > 3
    assert reckon(tmp_path, key, []).wrong == []


def test_ten_thousand_forged_and_repeated_responses_leave_the_model_as_it_was() -> None:
    chance = random.Random(4)

    def forged(token: str) -> str:
        place = chance.randrange(len(token))
        return token[:place] + chance.choice("ABCDabcd0123-_") + token[place + 1 :]

    async def work(folder: Path) -> None:
        key = new_folder(folder)
        async with opened(folder, key) as doors:
            await publish(doors)
            decision = (await doors.call("POST", "/v1/events/call-started", event("e", "c"))).json["decision"]
            genuine = {"decision": decision["id"], "offer": decision["offers"][0]["offer"], "outcome": "accepted"}
            assert (await doors.call("POST", "/v1/responses", genuine)).json["recorded"] == 1
            before = state_digest(doors.engine.state), model_digest(doors.engine.state)
            for _ in range(10):
                tokens = [forged(decision["id"]) if chance.random() < 0.9 else decision["id"] for _ in range(1000)]
                answer = await doors.call("POST", "/v1/responses", [{**genuine, "decision": token} for token in tokens])
                assert (answer.status, answer.json["recorded"]) == (200, 0)
            assert (state_digest(doors.engine.state), model_digest(doors.engine.state)) == before

    with scratch() as folder:
        asyncio.run(work(folder))
