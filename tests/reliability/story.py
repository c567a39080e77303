"""The same few calls each time, a word for each that was sent and each that was answered, and the reckoning."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from tests.publications import ATTRIBUTES, sample
from tests.reliability.doors import Answer, Doors, NeverReady, opened

from tradewind.engine.core.state import state_digest
from tradewind.engine.history import Broken, verify
from tradewind.engine.history.folder import made
from tradewind.engine.service.keys import SCOPES, Keyring
from tradewind.engine.service.verify import Refold


class Call(msgspec.Struct, frozen=True):
    """One call of the story."""

    method: str
    path: str
    body: Any

    @property
    def id(self) -> str | None:
        return self.body.get("id") if isinstance(self.body, dict) else None


class Word(msgspec.Struct, frozen=True):
    """A call that was sent, and its answer once there was one."""

    call: Call
    status: int | None = None
    answer: bytes = b""

    @property
    def is_acknowledged(self) -> bool:
        return self.status in (200, 201)


type Tell = Callable[[Word], None]


@dataclass(slots=True)
class Reckoning:
    """What was found after a fault; all is well when `wrong` is empty."""

    acknowledged: int = 0
    lost: int = 0
    double: int = 0
    corrupt: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def latest(words: list[Word]) -> list[Word]:
    """One word per call: its answer where there is one."""
    answered = {(word.call.path, word.call.id) for word in words if word.status is not None}
    return [w for w in words if w.status is not None or (w.call.path, w.call.id) not in answered]


def new_folder(path: Path) -> str:
    """A data folder with one key that may do everything, which is returned."""
    keyring = Keyring(made(path).keys)
    key = keyring.create(name="story", scopes=tuple(SCOPES), now=int(time.time()))
    keyring.close()
    return key


async def tell_story(doors: Doors, tell: Tell, *, customers: int = 2, from_customer: int = 0) -> None:
    """Publish, then for each customer an event and a response to its first offer; publish again behind the first."""

    async def call(method: str, path: str, body: Any) -> Answer:
        asked = Call(method, path, body)
        tell(Word(asked))
        answer = await doors.call(method, path, body)
        tell(Word(asked, answer.status, answer.body))
        return answer

    if from_customer == 0:
        await call("PUT", "/v1/publications/1", sample(1, offers=5))
    for number in range(from_customer, from_customer + customers):
        answer = await call("POST", "/v1/events/call-started", event(f"e-{number}", f"c-{number}"))
        decision = answer.json["decision"]
        response = {"id": f"r-{number}", "decision": decision["id"], "offer": decision["offers"][0]["offer"]}
        await call("POST", "/v1/responses", {**response, "outcome": "accepted"})
        if number == 0:
            await call("PUT", "/v1/publications/2", sample(2, offers=6))


def event(id: str, customer: str) -> dict[str, Any]:
    return {"id": id, "session": "s", "customer": customer, "channel": "call-center", "attributes": ATTRIBUTES}


def reckon(data: Path, key: str, words: list[Word]) -> Reckoning:
    """Start the engine over what is left, and hold it to what it acknowledged."""
    result = Reckoning()
    history = made(data).history
    found = verify(history) if history.exists() and history.stat().st_size else None
    if isinstance(found, Broken):
        result.corrupt += 1
        result.wrong.append(f"broken at {found.position}: {found.why}")
    live = asyncio.run(_resubmit(data, key, words, result))
    if not live:
        return result
    refold = Refold()
    found = verify(history, follow=refold.follow)
    if isinstance(found, Broken):
        result.corrupt += 1
        result.wrong.append(f"broken afterwards at {found.position}: {found.why}")
    elif state_digest(refold.state) != live:
        result.wrong.append("the state that answered is not the fold of its history")
    return result


async def _resubmit(data: Path, key: str, words: list[Word], result: Reckoning) -> str:
    """The digest of the state that answered; none where the engine did not start."""
    began = time.perf_counter()
    acknowledged = [word for word in words if word.is_acknowledged]
    result.acknowledged = len(acknowledged)
    try:
        async with opened(data, key) as doors:
            result.seconds = time.perf_counter() - began
            head = doors.engine.head
            for word in acknowledged:
                if word.call.path != _replaced(words):
                    await _expect_same(doors, word, result)
            if doors.engine.head != head:
                result.lost += 1
                result.wrong.append("resubmitting what was acknowledged appended something")
            for word in words:
                if not word.is_acknowledged:
                    first = await doors.call(word.call.method, word.call.path, word.call.body)
                    if first.status not in (200, 201):
                        result.wrong.append(f"{word.call.path} {word.call.id} is refused: {first.body[:200]!r}")
                        continue
                    await _expect_same(doors, Word(word.call, first.status, first.body), result)
            await _count(doors, words, result)
            return state_digest(doors.engine.state)
    except NeverReady as error:
        result.wrong.append(f"the engine did not start: {error}")
        result.lost += len(acknowledged)
        return ""


def _replaced(words: list[Word]) -> str | None:
    """The first publication once a second was sent: published again it may be refused, since numbers only grow."""
    paths = [word.call.path for word in words if word.call.method == "PUT"]
    return paths[0] if len(paths) > 1 else None


async def _expect_same(doors: Doors, word: Word, result: Reckoning) -> None:
    """The same call again: an event's answer byte for byte, the others' position and nothing new."""
    again = await doors.call(word.call.method, word.call.path, word.call.body)
    if word.call.path.startswith("/v1/events"):
        same = again.status == word.status and again.body == word.answer
    else:
        before = msgspec.json.decode(word.answer)
        same = again.status == 200 and again.json["position"] == before["position"] and not again.json.get("recorded")
    if not same:
        result.lost += 1
        said = f"{again.status} {again.body[:200]!r}"
        result.wrong.append(f"{word.call.path} {word.call.id}: was {word.answer[:120]!r}, is {said}")


async def _count(doors: Doors, words: list[Word], result: Reckoning) -> None:
    """Every id once, and positions without a gap."""
    feed = await doors.call("GET", "/v1/history?after=0&limit=1000")
    if feed.status != 200:
        result.wrong.append(f"the feed is refused: {feed.body[:200]!r}")
        return
    lines = [msgspec.json.decode(line) for line in feed.body.splitlines()]
    if [int(line["position"]) for line in lines] != list(range(1, len(lines) + 1)):
        result.wrong.append("positions have a gap")
    ids = [line["id"] for line in lines]
    for name in {word.call.id for word in words if word.call.id and word.is_acknowledged}:
        if ids.count(name) != 1:
            result.lost += ids.count(name) == 0
            result.double += ids.count(name) > 1
            result.wrong.append(f"{name} is there {ids.count(name)} times")
    published = [line["number"] for line in lines if line["type"] == "publication_activated"]
    if published != list(range(1, len(published) + 1)):
        result.double += 1
        result.wrong.append(f"publications {published}")
