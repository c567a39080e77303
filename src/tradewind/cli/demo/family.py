"""The children of a demo: started in order, started again when one ends by itself, ended in reverse order."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tradewind.cli.processes import Child, ProcessFailed, tradewind

READY_SECONDS = 90.0
MOST_RESTARTS = 5
PAUSE_BEFORE_RESTART_SECONDS = 3.0

Say = Callable[[str], None]


@dataclass(slots=True)
class Member:
    """One part of the demo: how it is started, and the process that runs now."""

    name: str
    words: tuple[str, ...]
    ready_url: str | None
    child: Child
    ended_at: float | None = None
    restarts: int = 0


@dataclass(slots=True)
class Family:
    """All children; `is_stopping` cuts every wait short."""

    logs: Path
    environment: Mapping[str, str]
    say: Say
    is_stopping: Callable[[], bool]
    monotonic: Callable[[], float] = time.monotonic
    members: list[Member] = field(default_factory=list)

    def start(self, name: str, *words: str, ready_url: str | None = None) -> Member:
        member = Member(name, words, ready_url, self._spawn(name, words))
        self.members.append(member)
        return member

    def wait_for(self, member: Member) -> bool:
        """Wait until it answers; False when the demo is being stopped. Raises ProcessFailed."""
        if member.ready_url is None:
            return True
        return member.child.wait_until_ready(member.ready_url, timeout_seconds=READY_SECONDS, stopping=self.is_stopping)

    def look_after(self) -> None:
        """Start again what ended by itself, after a pause. Raises ProcessFailed where that does not help."""
        for member in self.members:
            if not member.child.has_ended:
                continue
            if member.ended_at is None:
                self._found_ended(member)
            elif self.monotonic() - member.ended_at >= PAUSE_BEFORE_RESTART_SECONDS:
                member.child = self._spawn(member.name, member.words)
                member.ended_at = None
                member.restarts += 1

    def stop(self) -> None:
        """End the children, the last started first."""
        for member in reversed(self.members):
            if not member.child.has_ended:
                self.say(f"Stopping {member.name}.")
            member.child.stop()

    def _found_ended(self, member: Member) -> None:
        code = member.child.process.returncode
        if member.restarts >= MOST_RESTARTS:
            raise ProcessFailed(
                f"{member.name} ended {MOST_RESTARTS + 1} times, now with code {code}.\n{member.child.tail()}"
            )
        member.ended_at = self.monotonic()
        self.say(f"{member.name} ended with code {code}; it is started again.")

    def _spawn(self, name: str, words: tuple[str, ...]) -> Child:
        log = self.logs / f"{name.rsplit(maxsplit=1)[-1]}.log"
        return Child.start(name, tradewind(*words), log=log, environment=self.environment)
