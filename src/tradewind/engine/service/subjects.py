"""Customers as history's random references: looked up at once, made off the event loop.

A new customer's key must be on the disk before it is used, which takes a write; so it is made by a
thread of its own, with an own opening of the vault, while the loop goes on.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tradewind.engine.history import Subject, Vault

REMEMBERED: Final = 50_000


class Subjects:
    def __init__(self, path: Path) -> None:
        self.vault = Vault(path)
        self._maker = Vault(path)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vault-writer")
        self._recent: OrderedDict[str, Subject] = OrderedDict()

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

    async def made(self, customer: str) -> Subject:
        """The subject of a customer, made on first use and durable then."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._maker.subject_of, customer)

    def close(self) -> None:
        self._thread.shutdown()
        self._maker.close()
        self.vault.close()
