"""The same history folded by other interpreters, with other hash seeds and other numbers of threads."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.12", "3.13")
SEEDS = ("0", "1", "4242")
THREADS = ("1", "2")
PROCESSORS: tuple[dict[str, str], ...] = ({}, {"OPENBLAS_CORETYPE": "Prescott", "NUMBA_CPU_NAME": "x86-64"})
"""The processor as it is, and an old one."""

NEEDED = ("apsw", "cffi", "cryptography", "llvmlite", "msgspec", "numba", "numpy", "pycparser", "cachetools")
"""What the fold imports, with what that needs."""


@dataclass(frozen=True, slots=True)
class Fold:
    """How a history was folded, and what it came to."""

    how: str
    digests: dict[str, Any]


class Missing(RuntimeError):  # noqa: N818 - a reason to skip
    """This interpreter cannot be asked, and why."""


def fold(history: Path, python: Path, **environment: str) -> Fold:
    """One fold in a process of its own."""
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    command = [str(python), "-m", "tests.reliability.fold", str(history)]
    done = subprocess.run(command, cwd=ROOT, env=paths | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr[-500:]}")
    digests = json.loads(done.stdout)
    how = " ".join([digests.pop("python"), *(f"{name}={value}" for name, value in environment.items())])
    return Fold(how, digests)


def settings(
    *, threads: tuple[str, ...] = THREADS, processors: tuple[dict[str, str], ...] = PROCESSORS
) -> Iterator[dict[str, str]]:
    """Every combination of hash seed, threads and processor."""
    for seed in SEEDS:
        for count in threads:
            for processor in processors:
                yield {
                    "PYTHONHASHSEED": seed, "NUMBA_NUM_THREADS": count, "OMP_NUM_THREADS": count,
                    "OPENBLAS_NUM_THREADS": count, **processor,
                }  # fmt: skip


def interpreter(version: str, *, may_install: bool) -> Path:
    """A Python of this version that can fold.

    This one where it is of that version; else one in the user's cache, made from the lock where `may_install`.

    Raises:
        Missing: there is none.
    """
    if sys.version.startswith(version + "."):
        return Path(sys.executable)
    lock = (ROOT / "requirements.lock").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tradewind"
    place = cache / f"fold-{version}-{hashlib.sha256(lock).hexdigest()[:12]}"
    python = place / "bin" / "python"
    if not python.exists():
        if not may_install:
            raise Missing(f"no Python {version} with what the fold needs; make reliability makes one")
        _install(version, place, lock.decode())
    return python


def _install(version: str, place: Path, lock: str) -> None:
    base = _found(version)
    place.parent.mkdir(parents=True, exist_ok=True)
    wanted = place.parent / f"{place.name}.lock"
    wanted.write_text("\n".join(_pinned(lock)))
    try:
        subprocess.run([str(base), "-m", "venv", str(place)], check=True, capture_output=True)
        install = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*install, "-r", str(wanted)], check=True, capture_output=True, timeout=300)
    except (subprocess.SubprocessError, OSError) as error:
        shutil.rmtree(place, ignore_errors=True)
        raise Missing(f"Python {version} is there, but what the fold needs could not be installed: {error}") from error


def _pinned(lock: str) -> Iterator[str]:
    """The parts of the lock that the fold needs, hashes included."""
    for part in re.split(r"\n(?=[A-Za-z0-9])", lock):
        name = re.match(r"[A-Za-z0-9_.-]+", part)
        if name and name.group().lower() in NEEDED:
            yield re.sub(r"\n\s+#.*", "", part)


def _found(version: str) -> Path:
    """A base interpreter that runs: on the path, or among those that pyenv has."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    on_path = shutil.which(f"python{version}")
    candidates = [*sorted(pyenv.glob(f"{version}.*/bin/python")), *([Path(on_path)] if on_path else [])]
    for candidate in candidates:
        told = subprocess.run([str(candidate), "-V"], capture_output=True, text=True, check=False)
        if told.returncode == 0 and told.stdout.startswith(f"Python {version}."):
            return candidate
    raise Missing(f"there is no Python {version} on this machine")
