"""The owner of State, History and Vault, and of their order.

Everything that reads or changes State runs on the event loop's thread without awaiting: look for
the id, decide, apply (at the next position), append. Only then the caller awaits `durable` and
answers. So the next decision sees the last response, and nothing is answered that could be lost.
When history or state fails nothing is acknowledged any more, and the process ends; what does not
fold is never appended, so the next one starts.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import apsw

from tradewind.engine.core.events import ConsentsChanged, CustomersJoined, EventHandled, Fact, UnknownFact
from tradewind.engine.core.offers import BrokenPublication
from tradewind.engine.core.proposing import Watch
from tradewind.engine.core.state import Ahead, OutOfOrder, State, UnknownDecision, apply
from tradewind.engine.history import (
    Entropy,
    History,
    HistoryFailed,
    HistoryLocked,
    HistoryReader,
    Snapshots,
    SqliteHistory,
    StillInUse,
    Stored,
    has_fact,
)
from tradewind.engine.history.folder import made
from tradewind.engine.service.contexts import Contexts
from tradewind.engine.service.durability import Durability, Settle, settle, unwritten
from tradewind.engine.service.garbage import settle_garbage, uncollected
from tradewind.engine.service.housekeeper import keep_house
from tradewind.engine.service.inputs import Inputs
from tradewind.engine.service.jobs import Jobs
from tradewind.engine.service.keys import Keyring
from tradewind.engine.service.metrics import Metrics
from tradewind.engine.service.notifying import Notifier
from tradewind.engine.service.past import Past
from tradewind.engine.service.problems import Refused
from tradewind.engine.service.recent import Recent
from tradewind.engine.service.reserve import Reserve
from tradewind.engine.service.snapshotter import EVERY, Snapshotter
from tradewind.engine.service.subjects import Subjects, VaultLost
from tradewind.engine.service.supposer import Supposer
from tradewind.engine.service.tending import tend_trees
from tradewind.engine.service.tokens import Tokens, secret_in
from tradewind.engine.service.views import Views
from tradewind.engine.service.warming import Warming
from tradewind.engine.sources import Fetcher, Guard, Hosts, Secrets, Sources
from tradewind.engine.sources.resolving import Lookup, lookup
from tradewind.engine.wire import Health, HealthStatus

log = logging.getLogger("tradewind.engine")

_REPLAY_CHUNK: Final = 1_000

_NAMING: Final = tuple(kind.__name__ for kind in (EventHandled, ConsentsChanged, CustomersJoined))
"""The kinds of facts that name a customer of the vault."""

_SAID: Final = (
    *(HistoryLocked, HistoryFailed, VaultLost, UnknownFact, UnknownDecision, OutOfOrder, BrokenPublication),
    *(OSError, apsw.Error),
)
"""What is wrong with a folder: the message says all that there is to say."""


class Engine:
    """One engine over one data folder. Built anywhere, opened and used on one event loop's thread.

    `report` gets a line for the operator now and then; `on_failure` is called once when the engine
    must end, with the reason in `failure`.
    """

    def __init__(
        self,
        data: Path,
        *,
        report: Callable[[str], None],
        snapshot_every: int = EVERY,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        environment: Mapping[str, str] = os.environ,
        lookup: Lookup = lookup,
    ) -> None:
        """Needs nothing of the folder yet.

        Raises:
            ValueError: `environment` lists hosts that are none, or the folder's secret is not whole.
            OSError, KeysRefused: the folder or its keys cannot be read or made.
        """
        self.folder = made(data)
        self.report = report
        self.on_failure: Callable[[], None] = lambda: None
        self.failure: str | None = None
        self.is_ready = False
        self.is_ending = False
        self.state = State.empty()
        self.keys = Keyring(self.folder.keys)
        self.entropy = Entropy()
        self.tokens = Tokens(secret_in(self.folder.secret), self.entropy)
        self.metrics = Metrics()
        self.guard = Guard(Hosts.of(environment))
        self.secrets = Secrets(environment, self.folder.path)
        fetcher = Fetcher(self.guard, lookup=lookup)
        self.recent = Recent()
        self.reserve = Reserve()
        self.sources = Sources(fetcher, self.secrets, counted=self.metrics.asked)
        self.contexts = Contexts()
        self.notifier = Notifier(fetcher, self.folder.notified, counted=self.metrics.notified)
        self._clock = clock
        self._last_at = 0
        self.disk = Durability(hand_over=self._hand_over, fail=self.fail)
        self._watching: list[tuple[int, asyncio.Future[None]]] = []
        self.inputs = Inputs()
        self.snapshotter = Snapshotter(self.folder, every=snapshot_every, report=report)
        self.warming = Warming(self.folder.compiled)
        self.past = Past(self.folder.history, self.folder.snapshots)
        self.views = Views()
        self.jobs = Jobs()
        self.supposer = Supposer(self.folder.path, counted=self.metrics.supposed)
        self.watch = Watch()
        self._tasks: list[asyncio.Task[None]] = []
        self._reading: asyncio.Future[None]
        self._gauge()

    def _gauge(self) -> None:
        gauge = self.metrics.gauge
        gauge("position", "The last position of history", lambda: self.head)
        gauge("publication", "The running publication's number", lambda: self.current_number or 0)
        gauge("snapshot_position", "Of the newest snapshot", lambda: self.snapshotter.position)
        gauge("snapshot_failures", "Snapshots not taken", lambda: self.snapshotter.failures)
        gauge("compiled", "1 once decisions run compiled", lambda: self.warming.is_done)
        gauge("what_ifs_running", "What-if questions being worked on", lambda: self.supposer.running)
        gauge("predictor_looks", "Looks at leaves of predictors' trees", lambda: self.watch.looks)

    # ------------------------------------------------------------ life

    def open(self) -> None:
        """Start reading history; `is_ready` turns true when State has caught up."""
        self._loop = asyncio.get_running_loop()
        self.disk.open(self._loop)
        self.warming.begin()
        self._reading = self._loop.run_in_executor(None, self._replay)
        self._tasks.append(self._loop.create_task(self._start()))

    async def close(self) -> None:
        """Close every file; what was appended is committed first."""
        self.is_ready = False
        self.is_ending = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, self._reading, return_exceptions=True)
        await asyncio.to_thread(self.supposer.close)
        await asyncio.to_thread(self.warming.stop)
        await self.notifier.close()
        await self.sources.close()
        await asyncio.to_thread(self._close)

    def health(self) -> Health:
        status: HealthStatus = "stopping" if self.is_ending or self.failure else "ok" if self.is_ready else "starting"
        return Health(status=status, position=str(self.head), publication=self.current_number)

    @property
    def head(self) -> int:
        """The position of the last fact, durable or about to be."""
        return self.state.position

    @property
    def current_number(self) -> int | None:
        """The running publication's number."""
        return self.state.publication.number if self.state.publication else None

    def now(self) -> int:
        """History time in microseconds: the clock, but never earlier than the last fact."""
        self._last_at = max(self._last_at, self._clock())
        return self._last_at

    # ------------------------------------------------------------ remembering

    def remember(self, fact: Fact, *, unused: bool = False, ahead: Ahead | None = None) -> int:
        """Apply and append one fact; its position. It is durable only after `await durable(position)`.

        `unused` says that nothing has this fact's id: it is random, or was looked for without awaiting since;
        `ahead` is what a publication was compiled to.
        """
        if self.failure is not None:
            raise Refused("history_failed")
        if not unused and self.stored(fact.id) is not None:
            raise Refused("id_used")
        self._apply_ahead(fact, ahead)
        return self._append_applied([fact])

    def remember_both(self, first: Fact, follow: Callable[[], Fact]) -> int:
        """Append two facts at once, the second made on the state that the first gives; the second's position.

        Both are durable together or not at all. Where `follow` fails, the first is remembered alone, so that
        state and history stay one, and the error goes on. Nothing has their ids: they were looked for.
        """
        if self.failure is not None:
            raise Refused("history_failed")
        self._apply_ahead(first)
        try:
            second = follow()
        except Exception:
            self._append_applied([first])
            raise
        self._apply_ahead(second)
        return self._append_applied([first, second])

    def _apply_ahead(self, fact: Fact, ahead: Ahead | None = None) -> None:
        """Apply what is appended next: a fact that does not fold is never in history, where no start could pass it."""
        try:
            self._apply(self.head + 1, fact, ahead)
        except Exception as error:
            self.fail(f"state failed: {error!r}")
            raise Refused("history_failed") from error

    def _append_applied(self, facts: list[Fact]) -> int:
        try:
            appended = self.history.append(facts, unused=True, later=True)
        except Exception as error:
            self.fail(unwritten(error))
            raise Refused("history_failed") from error
        for fact, at in zip(facts, appended.positions, strict=True):
            self.recent.add(fact.id, at)
        position = appended.positions[-1]
        self.disk.follow(appended.durable, position)
        self._show(position)
        return position

    def admit(self) -> None:
        """Refuse a call as `too_busy` while too many wait for the disk, instead of letting the queue grow."""
        self.disk.admit()

    async def durable_head(self) -> int:
        """The last position, once it is durable."""
        head = self.head
        await self.durable(head)
        return head

    async def durable(self, position: int) -> None:
        """Wait until everything up to this position would survive a power cut."""
        if position > self.disk.position:
            future = self._loop.create_future()
            self.when_durable(position, partial(settle, future))
            await future

    def when_durable(self, position: int, tell: Settle) -> None:
        """Have `tell` called on the loop's thread once everything up to this position would survive a power cut."""
        if position <= self.disk.position:
            tell(None)
        elif self.failure is not None:
            tell(Refused("history_failed"))
        else:
            self.disk.wait(position, tell)

    async def reached(self, position: int, *, budget_ms: int) -> None:
        """Wait within the budget until State has this position; refused as `behind` after it."""
        if position <= self.head:
            return
        future = self._loop.create_future()
        self._watching.append((position, future))
        try:
            async with asyncio.timeout(budget_ms / 1000):
                await future
        except TimeoutError:
            detail = f"the state is at {self.head}"
            raise Refused("behind", detail, headers={"Retry-After": "1"}) from None
        finally:
            self._watching = [entry for entry in self._watching if entry[1] is not future]

    def stored(self, id: str | None) -> Stored | None:
        """What was remembered under a call's id; None where it has none, or nothing was."""
        return None if id is None else self.history.find(id)

    def used_since(self, id: str | None, *, behind: int) -> bool:
        """Whether a fact that was remembered behind this position may have a call's id; False is certain."""
        return id is not None and self.recent.may_have(id, behind=behind)

    def fact_at(self, position: int) -> Fact:
        (stored,) = self.history.read(after=position - 1, limit=1)
        return stored.fact

    def fail(self, why: str) -> None:
        """Acknowledge nothing any more and end the process; the first reason stands."""
        if self.failure is not None:
            return
        self.failure = why
        if self.is_ready:  # before that nothing was taken
            log.critical("%s; the engine ends, and what was not acknowledged may be lost", why)
        self.is_ready = False
        self.report(f"ends: {why}")
        self.disk.give_up()
        self.on_failure()

    # ------------------------------------------------------------ inside

    async def _start(self) -> None:
        try:
            await asyncio.shield(self._reading)
        except Exception as error:
            if not isinstance(error, _SAID):
                log.exception("a fault of the engine kept it from starting")  # with where it is, which no message says
            self.fail(f"cannot start over {self.folder.path}: {error}")
            return
        self.disk.position = self.head
        self.recent.begin(self.head)
        settle_garbage()
        self.is_ready = True
        self.notifier.start(self)
        self.report(f"ready at position {self.head}")
        self._tasks.append(self._loop.create_task(self.snapshotter.keep(lambda: self.disk.position)))
        self._tasks.append(self._loop.create_task(tend_trees(self, self.watch, counted=self.metrics.changed)))
        await keep_house(self)

    def _replay(self) -> None:
        """Fold history into State behind the newest good snapshot, with a line of progress every second."""
        self.history: History = SqliteHistory(self.folder.history)
        self._check_vault()
        self.subjects = Subjects(self.folder.vault)
        head = self.history.head
        told_at = time.monotonic()
        with uncollected():
            self._take_up_snapshot(head)
            while self.head < head and not self.is_ending:
                for stored in self.history.read(after=self.head, limit=_REPLAY_CHUNK):
                    self._apply(stored.position, stored.fact)
                if time.monotonic() - told_at > 1.0:
                    told_at = time.monotonic()
                    self.report(f"reading history: {self.head:,} of {head:,} facts ({100 * self.head // head} %)")
        self._forget_again()

    def _check_vault(self) -> None:
        """A new one would make strangers of everybody, and nobody would notice."""
        if not self.folder.vault.exists() and has_fact(self.folder.history, _NAMING):
            raise VaultLost(f"history names customers, and {self.folder.vault.name} with their keys is not there")

    def _forget_again(self) -> None:
        """No key of whoever was erased may lie here: neither one that came back with a backup, nor one left over."""
        if self.is_ending:
            return
        try:
            self.subjects.forget_again(self.state.erased)
        except StillInUse as error:
            self.report(f"{error}: it may still hold keys that were wiped; stop what reads it and start again")

    def _take_up_snapshot(self, head: int) -> None:
        reader, snapshots = HistoryReader(self.folder.history), Snapshots(self.folder.snapshots)
        try:
            snapshots.forget_beyond(head)
            kept = snapshots.nearest(head, chain_at=reader.chain_at, report=self.report)
        finally:
            reader.close()
        if kept is not None:
            self.state = kept
            self._last_at = max(self._last_at, kept.at)
            self.snapshotter.begin(kept.position)
            self.report(f"goes on from the snapshot at position {kept.position}")

    def _apply(self, position: int, fact: Fact, ahead: Ahead | None = None) -> None:
        self.state = apply(self.state, position, fact, ahead)
        self._last_at = max(self._last_at, fact.at)
        self.notifier.follow(self, position, fact)

    def _hand_over(self) -> None:
        self.history.hand_over()

    def _show(self, position: int) -> None:
        for wanted, future in self._watching:
            if wanted <= position and not future.done():
                future.set_result(None)

    def _close(self) -> None:
        self.past.is_ending = True
        self.jobs.close()
        self.past.close()
        for part in ("history", "subjects"):
            if hasattr(self, part):
                getattr(self, part).close()
        self.keys.close()
