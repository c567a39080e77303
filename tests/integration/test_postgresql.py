"""The tests marked `both_databases` once more, on PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.postgresql import database_url

ROOT = Path(__file__).parents[2]
WHERE = (
    "tests/unit/crm",
    "tests/properties/test_access_worlds.py",
    "tests/properties/test_ledger_machine.py",
    "tests/properties/test_funds_machine.py",
)
PLUGINS = ("schemathesis", "playwright", "anyio", "xdist")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A server for this run: the one that `DATABASE_URL` names, or one of our own."""
    with database_url() as url:
        if url is None:
            pytest.skip("no PostgreSQL: DATABASE_URL names none, and there is no wheel for this platform")
        yield url


@pytest.mark.skipif(
    os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="this whole run is on PostgreSQL already"
)
def test_what_both_databases_must_do_holds_on_postgresql(postgresql: str) -> None:
    without = [word for name in PLUGINS for word in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "both_databases", "--create-db", *WHERE, *without]
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": postgresql}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
