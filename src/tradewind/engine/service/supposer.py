"""What-if questions of a running engine: one at a time, worked out by a process beside it; no decision waits."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

import msgspec

from tradewind.engine.lab.beside import Question, Said
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import WhatIf, WhatIfResult, WhatIfStatus

log = logging.getLogger("tradewind.engine")

KEPT: Final = 16
"""Questions that are remembered, the one that is worked on among them."""

_COMMAND: Final = (sys.executable, "-m", "tradewind.engine.lab.beside")

_encode = msgspec.json.Encoder().encode
_said = msgspec.json.Decoder(Said).decode


class About(NamedTuple):
    """What makes two questions the same, up to the position that history is read to."""

    digest: str
    placement: str | None
    since: int
    margin: float


class Asked:
    """A question and what became of it; `at` is the position that history is read to by now."""

    def __init__(self, about: About, until: int) -> None:
        self.id = secrets.token_hex(16)
        self.about = about
        self.until = until
        self.at = 0
        self.status: WhatIfStatus = "running"
        self.result: WhatIfResult | None = None
        self.reason: str | None = None

    def answers(self, about: About, until: int) -> bool:
        """Whether a question has its answer here, or will have: while history grows it is not asked twice at once."""
        is_current = self.status == "running" or (self.status == "done" and self.until == until)
        return self.about == about and is_current

    def end(self, said: Said) -> None:
        self.result, self.reason = said.result, said.reason
        self.status = "failed" if said.result is None else "done"
        self.at = self.at if said.result is None else self.until

    def told(self) -> WhatIf:
        return WhatIf(
            id=self.id,
            status=self.status,
            at=self.at,
            of=self.until,
            since=str(self.about.since),
            until=str(self.until),
            result=self.result,
            reason=self.reason,
        )


class Supposer:
    """The last questions and what came of them, which names no customer. Used on the event loop; `close` off it.

    `process` is there while one works, and for a moment around that.
    """

    def __init__(self, data: Path, *, counted: Callable[[str], None]) -> None:
        """`counted` hears how each question ends: `done` or `failed`."""
        self.process: subprocess.Popen[bytes] | None = None
        self._data = data
        self._counted = counted
        self._asked: dict[str, Asked] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="what-if")
        self._starting = threading.Lock()
        """Held while a process is started or ended, so that none outlives the engine."""
        self._is_ending = False

    @property
    def running(self) -> int:
        """How many are worked on: none or one."""
        return sum(asked.status == "running" for asked in self._asked.values())

    def ask(self, document: str, about: About, *, until: int) -> Asked:
        """Have a question worked out over what is durable up to `until`, or find the same one.

        Raises:
            Refused: `too_busy`, another one is being worked on.
        """
        same = next((asked for asked in self._asked.values() if asked.answers(about, until)), None)
        if same is not None:
            return same
        if self.running:
            raise Refused("too_busy", "another draft is being asked about", headers={"Retry-After": "1"})
        asked = Asked(about, until)
        self._asked = dict([*self._asked.items(), (asked.id, asked)][-KEPT:])
        question = Question(
            document=document, placement=about.placement, since=about.since, until=until, margin=about.margin
        )
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._work_out, asked, question)
        work.add_done_callback(partial(self._end, asked))
        return asked

    def find(self, id: str) -> Asked | None:
        """The question of this id, unless it is forgotten."""
        return self._asked.get(id)

    def close(self) -> None:
        """End the process and wait for it."""
        with self._starting:
            self._is_ending = True
            if self.process is not None:
                self.process.kill()
        self._thread.shutdown(cancel_futures=True)

    def _end(self, asked: Asked, work: asyncio.Future[Said]) -> None:
        """On the loop: what came of it, whether or not anybody asks."""
        error = None if work.cancelled() else work.exception()
        if error is not None:
            log.error("a what-if question failed", exc_info=error)
        if work.cancelled() or error is not None:
            asked.end(Said(reason="the engine could not have it worked out; its log says why"))
        else:
            asked.end(work.result())
        self._counted(asked.status)

    def _work_out(self, asked: Asked, question: Question) -> Said:
        """In the thread: have a process work, and follow what it says."""
        process = self._started()
        try:
            with process:
                said = _followed(process, question, asked)
        except BrokenPipeError:  # it ended before it had heard all of the question
            said = None
        finally:
            self.process = None
        return said or Said(reason=_ended(process.returncode))

    def _started(self) -> subprocess.Popen[bytes]:
        with self._starting:
            self.process = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
                [*_COMMAND, str(self._data)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                process_group=0,  # Ctrl-C is for the engine, whose end is the end of it
            )
            if self._is_ending:
                self.process.kill()
            return self.process


def _followed(process: subprocess.Popen[bytes], question: Question, asked: Asked) -> Said | None:
    """Ask, and note how far it is; its last word, None where it ends without one."""
    heard, told = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    heard.write(_encode(question) + b"\n")
    heard.flush()
    last = None
    for line in told:
        said = _said(line)
        if said.at is None:
            last = said
        else:
            asked.at = said.at
    return last


def _ended(code: int) -> str:
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    return f"the process that worked on it {how}"
