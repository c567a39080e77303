"""One engine process: uvicorn on one socket, ended by a signal or by a history that failed.

Exit codes: 0 after SIGTERM or SIGINT, 1 when the engine had to end itself.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from tradewind.engine.service.app import build
from tradewind.engine.service.direct import Direct
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.keys import KeysRefused
from tradewind.engine.service.protocol import over

GRACE_S: Final = 10

SWITCH_S: Final = 0.001
"""How long a busy loop may keep the interpreter from the history's writer: a fifth of Python's own."""


class EngineServer(uvicorn.Server):
    """A uvicorn server that also stops when its engine says that it must end."""

    def __init__(self, engine: Engine, *, host: str, port: int) -> None:
        self.engine = engine
        config = uvicorn.Config(
            build(engine),
            host=host,
            port=port,
            loop="uvloop",
            http=over(Direct(engine)),
            ws="none",
            lifespan="on",
            access_log=False,
            proxy_headers=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        super().__init__(config)
        engine.on_failure = self._end

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does, but a signal that was obeyed is not raised again: the exit code is 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self) -> None:
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError where the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def serve(data: Path, *, host: str, port: int, snapshot_every: int) -> int:
    """Serve until a signal comes; blocks. Every file that it makes is its owner's only."""
    os.umask(0o077)
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    try:
        listening = listen(host, port)
    except OSError as error:
        print(f"tradewind engine: {host}:{port}: {error.strerror}", file=sys.stderr)
        return 1
    sys.setswitchinterval(SWITCH_S)
    try:
        engine = Engine(
            data,
            report=lambda line: print(f"tradewind engine: {line}", file=sys.stderr, flush=True),
            snapshot_every=snapshot_every,
        )
    except (ValueError, OSError, KeysRefused) as error:  # a setting that means nothing, a folder that cannot be used
        print(f"tradewind engine: {error}", file=sys.stderr)
        return 1
    bound = listening.getsockname()
    engine.report(f"listening on http://{bound[0]}:{bound[1]}, data in {data}")
    server = EngineServer(engine, host=host, port=port)
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listening]))
    return 1 if engine.failure else 0
