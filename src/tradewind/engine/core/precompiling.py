"""Compile every loop of a decision and keep it on disk: `python -m tradewind.engine.core.precompiling [folder pid]`.

Run when the engine is installed, and by an engine that finds nothing compiled: in a process of its own the compiler
takes no time from decisions, and can be ended at any moment. The process `pid` wants it, and it ends with that one.
"""

from __future__ import annotations

import os
import sys
import threading

import tradewind.engine.core.decide
import tradewind.engine.core.following
import tradewind.engine.core.predictors.regrowing  # noqa: F401 - what these import declares every kernel
from tradewind.engine.core.compiling import warm_up

_LOOK_S = 0.5


def end_with(starter: int) -> None:
    """End this process once the one that started it is gone, killed perhaps: the next one starts its own."""
    pause = threading.Event()

    def watch() -> None:
        while os.getppid() == starter:
            pause.wait(_LOOK_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        end_with(int(sys.argv[2]))
    warm_up(sys.argv[1] if len(sys.argv) > 1 else None)
