"""The data folder: what lies where. Readable by its owner only, since it holds keys and customers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one engine."""

    path: Path

    @property
    def history(self) -> Path:
        return self.path / "history.sqlite"

    @property
    def vault(self) -> Path:
        return self.path / "vault.sqlite"

    @property
    def snapshots(self) -> Path:
        return self.path / "snapshots"

    @property
    def keys(self) -> Path:
        return self.path / "keys.sqlite"

    @property
    def notified(self) -> Path:
        """How far each receiver of notifications has been told."""
        return self.path / "notified.json"

    @property
    def compiled(self) -> Path:
        """Compiled loops, where they cannot lie beside their source."""
        return self.path / "compiled"

    @property
    def secret(self) -> Path:
        return self.path / "secret"


def made(path: Path) -> Folder:
    """The folder, made if it was not there; a fresh one is closed to other users."""
    if not path.is_dir():
        path.mkdir(parents=True, mode=0o700)
    return Folder(path)
