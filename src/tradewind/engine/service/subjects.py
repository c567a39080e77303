"""Customers as history's random references: looked up at once, made and forgotten off the event loop.

A new customer's key must be on the disk before it is used, which takes a write; so it is made by a
thread of its own, with an own opening of the vault, while the loop goes on. While one write is on its way
the next customers gather, and share the next one. Keys are wiped there, too.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tradewind.engine.history import Subject, Vault

REMEMBERED: Final = 50_000


class _Batch:
    """Customers whose keys are made together; `done` ends when they are on the disk."""

    def __init__(self, erased: Collection[str]) -> None:
        self.erased = erased
        self.customers: list[str] = []
        self.done: asyncio.Future[None]


class VaultLost(RuntimeError):  # noqa: N818 - a refusal, named for what happened
    """History names customers, and the vault that knows who they are is not there."""


class Subjects:
    """The subjects of one vault. Used on the event loop; keys are made and wiped on a thread of its own."""

    def __init__(self, path: Path) -> None:
        self.vault = Vault(path)
        self._maker = Vault(path)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vault-writer")
        self._recent: OrderedDict[str, Subject] = OrderedDict()
        self._gathering: _Batch | None = None
        self._changing = threading.Lock()
        """Held for a handful of instructions; a batch may grow only under it, while it is the gathering one."""
        self.erasing = asyncio.Lock()
        """Held from before an erasure is appended until the keys are wiped."""

    def known(self, customer: str) -> Subject | None:
        """The subject of a customer who has one; makes nothing."""
        subject = self._recent.get(customer)
        if subject is None:
            subject = self.vault.find(customer)
            if subject is None:
                return None
            self._recent[customer] = subject
            if len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)
        return subject

    def at(self, ref: str) -> Subject | None:
        """The subject of a reference; None once it was forgotten."""
        return self.vault.at(ref)

    async def made(self, customer: str, erased: Collection[str]) -> None:
        """Make sure that a customer has a subject that is durable and not among the erased."""
        if self.erasing.locked():
            async with self.erasing:
                pass  # whose key is being wiped must not get the same one again
        with self._changing:
            batch = self._gathering
            if batch is None:
                batch = self._gathering = _Batch(erased)
                batch.done = asyncio.get_running_loop().run_in_executor(self._thread, self._make, batch)
            batch.customers.append(customer)
        await asyncio.shield(batch.done)  # one caller that gives up must not cancel the others

    async def forget(self, refs: Collection[str]) -> None:
        """Wipe the keys of these references, on the disk and in memory.

        Raises:
            StillInUse, apsw.Error: it did not succeed; once more does no harm.
        """
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._maker.forget, refs)
        finally:
            self.vault.let_go(refs)
            gone = frozenset(refs)
            for customer in [customer for customer, subject in self._recent.items() if subject.ref in gone]:
                del self._recent[customer]

    def forget_again(self, erased: Collection[str]) -> None:
        """Wipe what came back with a backup, or was not wiped before the process ended; before the first call."""
        self._maker.forget(erased)

    def _make(self, batch: _Batch) -> None:
        with self._changing:
            self._gathering = None
        subjects = self._maker.subjects_of(batch.customers)
        for customer, subject in zip(batch.customers, subjects, strict=True):
            if subject.ref in batch.erased:
                self._maker.forget([subject.ref])
                self._maker.subject_of(customer)

    def close(self) -> None:
        self._thread.shutdown()
        self._maker.close()
        self.vault.close()
