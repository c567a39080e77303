"""Fold a history and print what it comes to. Needs no web server, so that any interpreter can be asked.

python -m tests.reliability.fold HISTORY
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tradewind.engine.core.state import State, apply, model_digest, state_digest
from tradewind.engine.history import Broken, Stored, verify


def main() -> int:
    state = State.empty()

    def follow(stored: Stored) -> None:
        nonlocal state
        state = apply(state, stored.position, stored.fact)

    found = verify(Path(sys.argv[1]), follow=follow)
    if isinstance(found, Broken):
        print(f"broken at {found.position}: {found.why}", file=sys.stderr)
        return 1
    digests = {"position": state.position, "state": state_digest(state), "model": model_digest(state)}
    print(json.dumps({"python": sys.version.split()[0], **digests}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
