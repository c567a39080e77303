"""`tradewind engine verify`: is every stored byte as it was written?"""

from __future__ import annotations

import sys
from pathlib import Path

from tradewind.engine.history import Broken, verify
from tradewind.engine.service.folder import Folder


def verify_folder(data: Path) -> int:
    """Print what was found; the exit code is 0 only for a whole history. A running engine does not mind."""
    history = Folder(data).history
    if not history.is_file():
        print(f"tradewind engine: there is no history in {data}", file=sys.stderr)
        return 1
    found = verify(history)
    if isinstance(found, Broken):
        print(f"tradewind engine: broken at position {found.position}: {found.why}", file=sys.stderr)
        return 1
    print(f"whole: {found.head} facts, chain {found.chain}")
    return 0
