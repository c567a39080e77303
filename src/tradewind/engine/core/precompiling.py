"""Compile every loop of a decision and keep it on disk: `python -m tradewind.engine.core.precompiling [folder]`.

Run when the engine is installed, and by an engine that finds nothing compiled: in a process of its own the compiler
takes no time from decisions, and can be ended at any moment.
"""

from __future__ import annotations

import sys

import tradewind.engine.core.decide  # noqa: F401 - what it imports declares every kernel
from tradewind.engine.core.compiling import warm_up

if __name__ == "__main__":
    warm_up(sys.argv[1] if len(sys.argv) > 1 else None)
