"""Decisions run interpreted until their loops are compiled; this has them compiled beside everything else."""

from __future__ import annotations

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
    log.info("decisions run compiled after %.1f s", time.perf_counter() - began)
