"""Secrets for headers: from the environment or from the data folder, handed to the fetch and to nobody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_VALUE: Final = re.compile(r"[\x20-\x7e]+", re.ASCII)


class UnknownSecret(LookupError):  # noqa: N818 - a refusal, named for what happened
    """No secret has this name, or it cannot stand in a header."""


class Secrets:
    """`TRADEWIND_ENGINE_SECRET_<NAME>` (upper case, - as _), else the file `secrets/<name>` in the data folder."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder

    def value(self, name: str) -> str:
        """The secret; read anew each time, so that it can be changed without a restart.

        Raises:
            UnknownSecret: there is none, or it has line breaks or other characters that no header takes.
        """
        if not _NAME.fullmatch(name):
            raise UnknownSecret(f"{name[:80]} is no name of a secret")
        found = self._environment.get(f"TRADEWIND_ENGINE_SECRET_{name.upper().replace('-', '_')}")
        if found is None:
            found = self._from_file(name)
        if not _VALUE.fullmatch(found):
            raise UnknownSecret(f"the secret {name} cannot stand in a header")
        return found

    def _from_file(self, name: str) -> str:
        try:
            return (self._folder / "secrets" / name).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise UnknownSecret(f"no secret {name} is known to this engine") from error
