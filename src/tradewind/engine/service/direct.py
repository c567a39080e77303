"""The short way of an event that waits for nothing but the disk: from the bytes of its body to its answer's.

Whatever else there is to it (a refusal, a doubt about the body, a new customer, sources to be asked) is left to the
long way through the doors before anything is done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from tradewind.engine.service import calls, deciding
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.preparing import Asked
from tradewind.engine.service.problems import Refused
from tradewind.engine.service.routes.events import RUN
from tradewind.engine.service.strict_json import InDoubt

log = logging.getLogger("tradewind.engine")

type Answer = Callable[[bytes | Refused], None]
"""Called on the loop's thread with what a call is answered with: JSON for a 200, or the refusal."""

PATH: Final = RUN.path.partition("{")[0].encode()
"""What the address of an event's call begins with; its name follows."""

_JSON: Final = b"application/json"
_BEARER: Final = b"Bearer "


class Direct:
    """Runs the events of one engine that can be run at once. Used on the loop's thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes, answer: Answer) -> bool:
        """Run the event; `answer` gets its answer once it is durable. False: nothing was done, and nothing will be.

        `name` is what the address has behind `PATH`, as it came: one that was written in another way is not known here.
        """
        began = time.perf_counter()
        if not self._is_let_in(headers):
            return False
        try:
            self._engine.admit()
            call, text = calls.quickly(body)
            asked = Asked.of(name.decode("latin-1"), call, occurred_at=None, began=began, text=text)
            done = deciding.at_once(self._engine, asked)
        except (InDoubt, Refused):
            return False  # the long way finds out why, and says so
        except Exception:
            log.exception("%s failed", RUN.name)  # neither body nor headers: they name customers and keys
            self._settled(Refused("failed"), began, answer, None)
            return True
        if done is None:
            return False
        self._engine.when_durable(done.position, partial(self._settled, done.answer, began, answer))
        return True

    def _is_let_in(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether it has the right key, and is nothing but JSON: no other media type, no CloudEvent."""
        bearer = b""
        for name, value in headers:
            if name == b"authorization":
                bearer = bearer or value
            elif (name == b"content-type" and value != _JSON) or name.startswith(b"ce-"):
                return False
        if not bearer.startswith(_BEARER) or not self._engine.is_ready:
            return False
        scopes = self._engine.keys.scopes_of(bearer[len(_BEARER) :].decode("latin-1").strip())
        return scopes is not None and RUN.scope in scopes

    def _settled(self, said: bytes | Refused, began: float, answer: Answer, refused: Refused | None) -> None:
        said = refused or said
        status = said.kind.status if isinstance(said, Refused) else 200
        self._engine.metrics.answered(RUN.name, status, time.perf_counter() - began)
        answer(said)
