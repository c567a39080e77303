"""A scratch engine: its own folder, its own keys, a free port; gone afterwards."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tradewind.cli import processes
from tradewind.engine.history.folder import made
from tradewind.engine.service.keys import Keyring

START_SECONDS = 60.0
NEEDED = ("publish", "decide", "read")


@dataclass(frozen=True, slots=True)
class EngineAccess:
    """Where an engine answers, and the keys by scope."""

    url: str
    keys: dict[str, str]


@contextmanager
def scratch_engine() -> Iterator[EngineAccess]:
    """Starts an engine of its own and ends it, and its folder, afterwards. Raises processes.ProcessFailed."""
    with tempfile.TemporaryDirectory(prefix="tradewind-replay-") as folder:
        data = Path(folder) / "engine"
        keys = make_keys(data)
        port = processes.free_port()
        engine = processes.Child.start(
            "The scratch engine",
            processes.tradewind("engine", "serve", "--data", str(data), "--host", "127.0.0.1", "--port", str(port)),
            log=Path(folder) / "engine.log",
            environment={},
        )
        try:
            url = f"http://127.0.0.1:{port}"
            engine.wait_until_ready(f"{url}/health/ready", timeout_seconds=START_SECONDS)
            yield EngineAccess(url, keys)
        finally:
            engine.stop()


def make_keys(data: Path) -> dict[str, str]:
    """One new key per scope that a replay needs."""
    keyring = Keyring(made(data).keys)
    try:
        return {scope: keyring.create(name="replay", scopes=(scope,), now=int(time.time())) for scope in NEEDED}
    finally:
        keyring.close()
