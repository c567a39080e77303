"""Tell others what happened: CloudEvents 1.0 in binary mode, at least once, after the event is durable.

Each URL has a lane of its own with a cursor into history, so one receiver that is down holds up nobody else.
Cursors lie in the data folder; after a crash what was sent in the last second is sent again, with the same id.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

import msgspec

from tradewind.engine.core.events import EventHandled, Fact, PublicationActivated
from tradewind.engine.core.instants import DAY, instant
from tradewind.engine.core.state import State
from tradewind.engine.history import History
from tradewind.engine.history.sealing import Sealed, opened
from tradewind.engine.history.whole_files import put
from tradewind.engine.service import answers
from tradewind.engine.service.problems import Refused
from tradewind.engine.service.subjects import Subjects
from tradewind.engine.sources import Call, Fetcher, Unanswered
from tradewind.engine.wire import Notify, Publication

GIVE_UP_AFTER: Final = DAY
"""History time after which a notification that nobody takes is given up."""

ATTEMPT_S: Final = 10.0
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 60.0
_SAVE_EVERY_S: Final = 1.0
_MOST_PENDING: Final = 10_000
_CHUNK: Final = 64
_PRINTABLE: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '%"')

_encode = msgspec.json.Encoder().encode

type Pause = Callable[[float], Awaitable[None]]


class Teller(Protocol):
    """What is needed of an engine."""

    @property
    def state(self) -> State: ...
    @property
    def history(self) -> History: ...
    @property
    def subjects(self) -> Subjects: ...
    @property
    def head(self) -> int: ...
    def now(self) -> int: ...
    def fact_at(self, position: int) -> Fact: ...
    async def durable(self, position: int) -> None: ...


class _Lane:
    """One URL. History is looked through up to `scan_to`; behind that the positions to tell of are pending."""

    def __init__(self, cursor: int, scan_to: int) -> None:
        self.cursor = cursor
        self.scan_to = scan_to
        self.pending: deque[int] = deque()
        self.woken = asyncio.Event()
        self.is_busy = True
        self.task: asyncio.Task[None]

    def add(self, position: int) -> None:
        if len(self.pending) >= _MOST_PENDING:
            self.pending.clear()
            self.scan_to = position
        else:
            self.pending.append(position)
        self.woken.set()

    @property
    def is_idle(self) -> bool:
        return not self.is_busy and not self.pending and self.cursor >= self.scan_to


class Notifier:
    """Follows history and tells whoever the publications say.

    Args:
        fetcher: the guarded way out, the same that data sources use.
        path: where the cursors are kept.
        counted: told how each notification ended: delivered, refused, given_up, erased; and each retry.
        pause: how to wait between attempts.
    """

    def __init__(
        self, fetcher: Fetcher, path: Path, *, counted: Callable[[str], None], pause: Pause = asyncio.sleep
    ) -> None:
        self._fetcher = fetcher
        self._path = path
        self._counted = counted
        self._pause = pause
        self._lanes: dict[str, _Lane] = {}
        self._urls: dict[int, dict[str, tuple[str, ...]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_running = False

    def start(self, teller: Teller) -> None:
        """Take up the lanes where they were left; on the loop's thread, once state is what history says."""
        self._is_running = True
        for url, cursor in _kept(self._path).items():
            self._open(teller, url, cursor)
        publication = teller.state.publication
        if publication is not None:
            self._open_all(teller, teller.state.publications[publication.number].position)
        self._spawn(self._save_now_and_then(teller))

    def follow(self, teller: Teller, position: int, fact: Fact) -> None:
        """A fact was applied. Costs next to nothing where its event notifies nobody."""
        if not self._is_running:
            return
        if isinstance(fact, EventHandled):
            publication = teller.state.publication
            event = publication.events.get(fact.event) if publication else None
            for url in event.doings.notifies if event else ():
                self._lanes[url].add(position)
        elif isinstance(fact, PublicationActivated):
            self._open_all(teller, position)

    async def close(self) -> None:
        """Stop telling; what is under way will be told again."""
        if not self._is_running:
            return
        self._is_running = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._lanes or self._path.exists():
            await asyncio.to_thread(put, self._path, json.dumps(self._cursors()).encode())

    # ------------------------------------------------------------ lanes

    def _open_all(self, teller: Teller, position: int) -> None:
        publication = teller.state.publication
        for event in publication.events.values() if publication else ():
            for url in event.doings.notifies:
                if url not in self._lanes:
                    self._open(teller, url, position)

    def _open(self, teller: Teller, url: str, cursor: int) -> None:
        lane = self._lanes[url] = _Lane(cursor, teller.head)
        lane.task = self._spawn(self._run(teller, url, lane))

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, teller: Teller, url: str, lane: _Lane) -> None:
        with contextlib.suppress(Refused):  # the engine ends and has said why
            while True:
                lane.is_busy = True
                while lane.cursor < lane.scan_to:
                    await self._scan(teller, url, lane)
                while lane.pending and lane.cursor >= lane.scan_to:
                    position = lane.pending.popleft()
                    await teller.durable(position)
                    await self._tell(teller, url, position, teller.fact_at(position))
                    lane.cursor = max(lane.cursor, position)
                if not lane.pending:
                    lane.is_busy = False
                    lane.woken.clear()
                    await lane.woken.wait()

    async def _scan(self, teller: Teller, url: str, lane: _Lane) -> None:
        """Look through the next few facts for events that this URL is told of."""
        await teller.durable(min(lane.scan_to, lane.cursor + _CHUNK))
        for stored in teller.history.read(after=lane.cursor, limit=min(_CHUNK, lane.scan_to - lane.cursor)):
            if url in self._told(teller, stored.fact):
                await self._tell(teller, url, stored.position, stored.fact)
            lane.cursor = stored.position
        await asyncio.sleep(0)

    def _told(self, teller: Teller, fact: Fact) -> tuple[str, ...]:
        """The URLs that an event's own publication wants told."""
        if not isinstance(fact, EventHandled):
            return ()
        urls = self._urls.get(fact.publication)
        if urls is None:
            known = teller.state.publications.get(fact.publication)
            activated = teller.fact_at(known.position) if known else None
            urls = _urls_of(activated) if isinstance(activated, PublicationActivated) else {}
            self._urls[fact.publication] = urls
        return urls.get(fact.event, ())

    # ------------------------------------------------------------ one notification

    async def _tell(self, teller: Teller, url: str, position: int, fact: Fact) -> None:
        """Send until it is taken, refused, or too old."""
        pause_s = FIRST_PAUSE_S
        while isinstance(fact, EventHandled):
            outcome = await self._attempt(teller, url, position, fact)
            self._counted(outcome)
            if outcome != "retried":
                return
            await self._pause(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _attempt(self, teller: Teller, url: str, position: int, fact: EventHandled) -> str:
        is_erased = fact.subject in teller.state.erased  # looked at each time: it may have happened meanwhile
        content = None if is_erased else opened(teller.subjects.vault, fact)
        if content is None:
            return "erased"
        try:
            await self._fetcher.fetch(_call(url, position, fact, content), within_s=ATTEMPT_S)
        except Unanswered as error:
            if error.outcome == "refused":
                return "refused"
            return "given_up" if teller.now() - fact.at > GIVE_UP_AFTER else "retried"
        return "delivered"

    # ------------------------------------------------------------ cursors

    def _cursors(self) -> dict[str, int]:
        return {url: lane.cursor for url, lane in self._lanes.items()}

    async def _save_now_and_then(self, teller: Teller) -> None:
        saved: dict[str, int] = _kept(self._path)
        while True:
            await asyncio.sleep(_SAVE_EVERY_S)
            head = teller.head
            with contextlib.suppress(Refused):
                await teller.durable(head)
            self._move_up(teller, head)
            cursors = self._cursors()
            if cursors != saved:
                await asyncio.to_thread(put, self._path, json.dumps(cursors).encode())
                saved = cursors

    def _move_up(self, teller: Teller, head: int) -> None:
        """Idle lanes have nothing to tell up to here; those that no event names any more are closed."""
        publication = teller.state.publication
        named = {url for event in publication.events.values() for url in event.doings.notifies} if publication else ()
        for url, lane in list(self._lanes.items()):
            if lane.is_idle:
                lane.cursor = lane.scan_to = max(lane.cursor, head)
                if url not in named:
                    lane.task.cancel()
                    del self._lanes[url]


def _urls_of(fact: PublicationActivated) -> dict[str, tuple[str, ...]]:
    document = msgspec.json.decode(fact.document, type=Publication)
    return {
        event.name: tuple(action.url for action in event.actions if isinstance(action, Notify))
        for event in document.events
    }


def _call(url: str, position: int, fact: EventHandled, content: Sealed) -> Call:
    """A CloudEvent in binary mode (HTTP protocol binding 1.0.2): attributes are headers, the data is the body."""
    data = {
        "event": fact.event,
        "customer": content.customer,
        "session": fact.session,
        "agent": fact.agent,
        "channel": fact.channel,
        "language": fact.language,
        "attributes": content.attributes,
        "answer": msgspec.Raw(answers.spliced(bytes(content.answer), fact.session, position)),
    }
    headers = {
        "Content-Type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": quote(fact.id, safe=_PRINTABLE),
        "ce-source": "/tradewind/engine",
        "ce-type": fact.event,
        "ce-time": instant(fact.occurred_at).isoformat(),
        "ce-position": str(position),
    }
    return Call("POST", url, headers, _encode(data))


def _kept(path: Path) -> dict[str, int]:
    """The cursors; none where the file is not there or not ours, and then events are told again."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(url): int(cursor) for url, cursor in read.items()} if isinstance(read, dict) else {}
