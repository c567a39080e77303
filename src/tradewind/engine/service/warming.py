"""Decisions run interpreted until their loops are compiled; this has them compiled beside everything else."""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

from tradewind.engine.core.compiling import are_kept, warm_up

log = logging.getLogger("tradewind.engine")

_COMMAND: Final = (sys.executable, "-m", "tradewind.engine.core.precompiling")


class Warming:
    """Loads what was compiled before; where nothing was, a process beside the engine compiles it first.

    The thread is waited for when the interpreter ends, since the compiler's library must not be left in the middle.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` takes what is compiled where the source cannot be written."""
        self.is_done = False
        self._folder = str(folder)
        self._is_stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._warm, name="compiler")

    def begin(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the compiler, or wait until what it has compiled is loaded: a second or so."""
        self._is_stopped.set()
        if self._process is not None:
            self._process.terminate()
        if self._thread.ident is not None:
            self._thread.join()

    def _warm(self) -> None:
        began = time.perf_counter()
        if not are_kept(self._folder):
            self._compile()
        if self._is_stopped.is_set():
            return
        warm_up(self._folder)
        gc.freeze()  # the compiler's many objects stay: nobody should walk them again and again
        self.is_done = True
        log.info("decisions run compiled after %.1f s", time.perf_counter() - began)

    def _compile(self) -> None:
        """Where this fails, `warm_up` compiles in this process."""
        command = [*_COMMAND, self._folder, str(os.getpid())]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            log.warning("no process to compile in: %s", error)
            return
        if self._is_stopped.is_set():
            self._process.terminate()
        self._process.wait()
