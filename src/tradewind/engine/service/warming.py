"""Decisions run interpreted until their loops are compiled; this has them compiled beside everything else."""

from __future__ import annotations

import gc
import logging
import threading
import time
from pathlib import Path

from tradewind.engine.core.compiling import warm_up

log = logging.getLogger("tradewind.engine")


def warm_in_background(folder: Path) -> threading.Thread:
    """Start compiling, or loading what was compiled before; `folder` takes it where the source cannot be written."""
    thread = threading.Thread(target=_warm, args=(folder,), name="compiler", daemon=True)
    thread.start()
    return thread


def _warm(folder: Path) -> None:
    began = time.perf_counter()
    warm_up(str(folder))
    gc.freeze()  # the compiler's many objects stay: nobody should walk them again and again
    log.info("decisions run compiled after %.1f s", time.perf_counter() - began)
