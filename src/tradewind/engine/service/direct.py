"""The short way of an event: from the bytes of its body to its answer's.

One that waits for nothing but the disk is run at once; one that asks data sources, or whose customer has no key yet,
in a task of its own. Whatever else there is to a call (a refusal, a doubt about the body, a dry run) is left to the
long way through the doors before anything is done.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Final

import msgspec

from tradewind.engine.service import calls, deciding
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.preparing import Asked, Prepared
from tradewind.engine.service.problems import Refused
from tradewind.engine.service.routes.events import RUN
from tradewind.engine.service.strict_json import InDoubt

log = logging.getLogger("tradewind.engine")

type Answer = Callable[[bytes | Refused], None]
"""Called on the loop's thread with what a call is answered with: JSON for a 200, or the refusal."""

PATH: Final = RUN.path.partition("{")[0].encode()
"""What the address of an event's call begins with; its name follows."""

_JSON: Final = b"application/json"
_ENCODING: Final = b"content-encoding"
_BEARER: Final = b"Bearer "


class Head(msgspec.Struct, frozen=True, gc=False):
    """What the head of a call says: which event, with which key, and whether there is nothing else to it."""

    event: str
    token: str
    is_plain: bool

    @classmethod
    def read(cls, name: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Head:
        """`name` is what the address has behind `PATH`, as it came: written in another way it is no event's."""
        bearer, keys, is_plain = b"", 0, True
        for key, value in headers:
            if key == b"authorization":
                bearer, keys = value, keys + 1
            elif key == _ENCODING or (key == b"content-type" and value != _JSON) or key.startswith(b"ce-"):
                is_plain = False
        token = bearer[len(_BEARER) :].decode("latin-1").strip()
        return cls(name.decode("latin-1"), token, is_plain and keys == 1 and bearer.startswith(_BEARER))


class Direct:
    """Runs events of one engine. Used on the loop's thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, head: Head, body: bytes, answer: Answer, tasks: set[asyncio.Task[None]]) -> bool:
        """Run the event; `answer` gets its answer once it is durable. False: nothing was done, and nothing will be.

        Who has to wait for more than the disk is among the `tasks` meanwhile, which the server waits for when it ends.
        """
        began = time.perf_counter()
        try:
            if not (self._is_let_in(head) and deciding.may_begin(self._engine, head.event)):
                return False
            self._engine.admit()
            call, text = calls.quickly(body)
            if call.min_position is not None or call.dry_run:
                return False
            asked = Asked.of(head.event, call, occurred_at=None, began=began, text=text)
            done = deciding.begun(self._engine, asked)
        except (InDoubt, Refused):
            return False  # the long way finds out why, and says so
        except Exception:
            log.exception("%s failed", RUN.name)  # neither body nor headers: they name customers and keys
            self._settled(Refused("failed"), began, answer, None)
            return True
        if isinstance(done, Prepared):
            self._go_on(self._ended(asked, done, answer), tasks)
        else:
            self._engine.when_durable(done.position, partial(self._settled, done.answer, began, answer))
        return True

    def _go_on(self, run: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        """At once, until it waits."""
        task = asyncio.Task(run, loop=asyncio.get_running_loop(), eager_start=True)
        if not task.done():
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _ended(self, asked: Asked, prepared: Prepared, answer: Answer) -> None:
        try:
            done = await deciding.ended(self._engine, asked, prepared)
        except Refused as refused:
            self._settled(refused, asked.began, answer, None)
        except asyncio.CancelledError:  # the server ends, and has waited for long enough
            self._settled(Refused("failed"), asked.began, answer, None)
            raise
        except Exception:
            log.exception("%s failed", RUN.name)
            self._settled(Refused("failed"), asked.began, answer, None)
        else:
            self._engine.when_durable(done.position, partial(self._settled, done.answer, asked.began, answer))

    def _is_let_in(self, head: Head) -> bool:
        """Whether it has the right key now, and is nothing but JSON: no other media type, no CloudEvent."""
        if not head.is_plain or not self._engine.is_ready:
            return False
        scopes = self._engine.keys.scopes_of(head.token)
        return scopes is not None and RUN.scope in scopes

    def _settled(self, said: bytes | Refused, began: float, answer: Answer, refused: Refused | None) -> None:
        said = refused or said
        status = said.kind.status if isinstance(said, Refused) else 200
        self._engine.metrics.answered(RUN.name, status, time.perf_counter() - began)
        answer(said)
