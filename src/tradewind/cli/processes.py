"""Child processes of the command line: start, wait until they answer, end by their own id and in order."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TAIL_LINES = 12
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ProcessFailed(Exception):  # noqa: N818 - it says what is, not that something failed
    """A child did not start, or ended by itself; the message says which and shows the end of its log."""


def tradewind(*words: str) -> list[str]:
    """The command line that runs this same installation's `tradewind` with these words."""
    return [sys.executable, "-m", "tradewind.cli", *words]


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_port_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass(slots=True)
class Child:
    """One child process in a group of its own: Ctrl-C reaches its parent alone, and the parent sets the order."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, name: str, command: list[str], *, log: Path, environment: Mapping[str, str]) -> "Child":
        """Start `command`, its output going to the end of the file `log`."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            return cls(name=name, process=_spawn(command, output, environment), log=log)

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def wait_until_ready(
        self, url: str, *, timeout_seconds: float, stopping: Callable[[], bool] = lambda: False
    ) -> bool:
        """Wait until `url` answers 200; False when `stopping` says so before. Raises ProcessFailed."""
        deadline = time.monotonic() + timeout_seconds
        while not stopping():
            if self.has_ended:
                raise ProcessFailed(f"{self.name} ended with code {self.process.returncode}.\n{self.tail()}")
            if _answers(url):
                return True
            if time.monotonic() > deadline:
                raise ProcessFailed(f"{self.name} did not answer {url} in {timeout_seconds:.0f} s.\n{self.tail()}")
            time.sleep(0.05)
        return False

    def stop(self, *, patience_seconds: float = 15.0) -> None:
        """Ask it to end, and end its whole group when it does not."""
        if not self.has_ended:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience_seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def tail(self) -> str:
        """The last lines of its log, indented."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        return "\n".join(f"  | {line}" for line in lines) or "  | (it said nothing)"


def _spawn(command: list[str], output: IO[bytes], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command line
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
        process_group=0,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - one call of the C library, before any thread is started
    )


def _end_with_parent() -> None:
    """In the child: Linux asks it to end when its parent is gone, even one that was killed and could not ask itself."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - an http address on this machine
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
