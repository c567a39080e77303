"""Clients hammer a real engine over sockets while it is killed; each keeps its own log of what was acknowledged."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import urllib3
from tests.publications import sample
from tests.reliability.process import EngineProcess
from tests.reliability.story import Call, Reckoning, Word, event, new_folder

from tradewind.engine.history import Broken, verify
from tradewind.engine.history.folder import made

CLIENTS = 8
MOST_ANSWERS = 60
"""Before a kill."""
ANSWER_LIMIT_S = 10.0
ASKED_AGAIN = 40
"""Acknowledged calls that are sent again after each restart, besides counting all of them in history."""

type Progress = Callable[[str], None]


@dataclass(slots=True)
class Hammer:
    """One client: an event, an answer to its first offer, and on; until the connection breaks."""

    name: str
    engine: EngineProcess
    answered: Callable[[], None]
    words: list[Word] = field(default_factory=list)

    def strike(self) -> None:
        number = 0
        try:
            while True:
                number += 1
                shown = self._call("/v1/events/call-started", event(f"{self.name}-{number}", f"c-{number % 50}"))
                offers = shown["decision"]["offers"]
                if offers:
                    response = {"decision": shown["decision"]["id"], "offer": offers[0]["offer"]}
                    self._call("/v1/responses", {"id": f"{self.name}-{number}r", **response, "outcome": "accepted"})
        except (urllib3.exceptions.HTTPError, _Ended):
            return

    def _call(self, path: str, body: dict[str, Any]) -> Any:
        status, answer = self.engine.call("POST", path, body)
        if status != 200:
            raise _Ended(answer)
        self.words.append(Word(Call("POST", path, body), status, answer))
        self.answered()
        return msgspec.json.decode(answer)


class _Ended(RuntimeError):  # noqa: N818 - a reason to stop
    """The engine refuses: it is ending."""


def kill_under_load(
    data: Path, *, kills: int, seed: int, progress: Progress, end_with: signal.Signals = signal.SIGKILL
) -> Reckoning:
    """So many kills at random instants, a start and a reckoning after each; every id counted at the end."""
    chance, total, key = random.Random(seed), Reckoning(), new_folder(data)
    acknowledged: dict[str, Word] = {}
    for number in range(kills):
        with EngineProcess(data, key) as engine:
            total.seconds = max(total.seconds, engine.ready_s)
            if number == 0:
                document = sample(1, offers=8)
                document["contact_policies"] = []
                total.wrong += [] if engine.call("PUT", "/v1/publications/1", document)[0] == 201 else ["not published"]
            _ask_again(engine, chance, acknowledged, total)
            words = _struck(engine, f"k{number}", chance, end_with, total)
        acknowledged |= {str(word.call.id): word for word in words}
        if number % 10 == 0 or number == kills - 1:
            _verify(data, total)
        progress(f"{number + 1} of {kills} kills, {len(acknowledged):,} acknowledged, {len(total.wrong)} wrong")
    with EngineProcess(data, key) as engine:
        _ask_again(engine, chance, acknowledged, total)
        _count(engine, acknowledged, total)
        engine.end(signal.SIGTERM)
    _verify(data, total)
    total.acknowledged = len(acknowledged)
    return total


def _struck(
    engine: EngineProcess, name: str, chance: random.Random, end_with: signal.Signals, total: Reckoning
) -> list[Word]:
    """Strike until so many answers have come, and then for an instant more: both are drawn."""
    enough = threading.Semaphore(0)
    hammers = [Hammer(f"{name}-{client}", engine, enough.release) for client in range(CLIENTS)]
    threads = [threading.Thread(target=hammer.strike) for hammer in hammers]
    for thread in threads:
        thread.start()
    for _ in range(chance.randint(1, MOST_ANSWERS)):
        if not enough.acquire(timeout=ANSWER_LIMIT_S):
            break
    time.sleep(chance.random() / 20)
    code = engine.end(end_with)
    for thread in threads:
        thread.join()
    if end_with == signal.SIGTERM and code != 0:
        total.wrong.append(f"it ended with {code}")
    return [word for hammer in hammers for word in hammer.words]


def _ask_again(engine: EngineProcess, chance: random.Random, acknowledged: dict[str, Word], total: Reckoning) -> None:
    """The same calls again get the same answers: an event's byte for byte."""
    for word in chance.sample(list(acknowledged.values()), min(ASKED_AGAIN, len(acknowledged))):
        status, answer = engine.call("POST", word.call.path, word.call.body)
        if word.call.path == "/v1/responses":
            same = status == 200 and msgspec.json.decode(answer)["duplicates"] == 1
        else:
            same = status == 200 and answer == word.answer
        if not same:
            total.lost += 1
            total.wrong.append(f"{word.call.id}: was {word.answer[:100]!r}, is {status} {answer[:100]!r}")


def _count(engine: EngineProcess, acknowledged: dict[str, Word], total: Reckoning) -> None:
    there, expected = Counter[str](), 1
    for line in _history(engine):
        there[line["id"]] += 1
        if int(line["position"]) != expected:
            total.wrong.append(f"expected position {expected}, found {line['position']}")
        expected = int(line["position"]) + 1
    total.lost += sum(1 for name in acknowledged if there[name] == 0)
    total.double += sum(1 for count in there.values() if count > 1)
    if total.lost or total.double:
        total.wrong.append(f"{total.lost} lost, {total.double} double")


def _history(engine: EngineProcess) -> Iterator[Any]:
    after = 0
    while True:
        _, answer = engine.call("GET", f"/v1/history?after={after}&limit=10000")
        lines = [msgspec.json.decode(line) for line in answer.splitlines()]
        if not lines:
            return
        yield from lines
        after = int(lines[-1]["position"])


def _verify(data: Path, total: Reckoning) -> None:
    found = verify(made(data).history)
    if isinstance(found, Broken):
        total.corrupt += 1
        total.wrong.append(f"broken at {found.position}: {found.why}")
