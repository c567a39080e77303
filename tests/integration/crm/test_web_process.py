"""`tradewind web` as a process: what it refuses, what it serves, how it ends."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

# No claims about speed, only ends to waiting: a busy machine takes its time.
READY_WITHIN_SECONDS = 120
ANSWERED_WITHIN_SECONDS = 60
ENDED_WITHIN_SECONDS = 120


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIND_", "DATABASE_"))}
    return {**kept, "TRADEWIND_DATA": str(data), **more}


def tradewind(*words: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tradewind.cli", *words]
    return subprocess.run(command, env=environment(data, **more), capture_output=True, text=True, check=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def data(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that was migrated, to which its command has nothing to add."""
    folder = tmp_path_factory.mktemp("web")
    shutil.copy(migrated, folder / "crm.sqlite")
    done = tradewind("manage", "migrate", data=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def served(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tradewind.cli", "web", "--port", str(port)],
        env=environment(data, TRADEWIND_DEMO="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # its workers too: they hold the pipe open
        process.communicate()


def first_answer(process: subprocess.Popen[str], url: str) -> tuple[int, str]:
    given_up_at = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < given_up_at and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=ANSWERED_WITHIN_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:  # nobody listens yet, or the first answer is slow to come
            time.sleep(0.1)
    pytest.fail(f"no answer: {process.communicate()[0] if process.poll() is not None else 'still starting'}")


def test_a_database_behind_the_code_is_refused(tmp_path: Path) -> None:
    refused = tradewind("web", "--port", str(free_port()), data=tmp_path)
    assert refused.returncode == 1
    assert "migrations behind; run `tradewind manage migrate`" in refused.stderr


def test_a_demo_open_to_strangers_is_refused(data: Path) -> None:
    refused = tradewind("web", data=data, TRADEWIND_DEMO="1", TRADEWIND_HOSTS="shop.example")
    assert refused.returncode == 1
    assert "tradewind.E001" in refused.stderr


def test_pages_are_served_until_the_process_is_asked_to_end(served: tuple[subprocess.Popen[str], str]) -> None:
    process, url = served
    status, page = first_answer(process, f"{url}/accounts/login/")
    assert status == 200
    assert 'lang="en"' in page
    with urllib.request.urlopen(f"{url}/static/ui/css/tokens.css", timeout=ANSWERED_WITHIN_SECONDS) as sheet:
        assert sheet.headers["Content-Type"].startswith("text/css")
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=ENDED_WITHIN_SECONDS)
    assert process.returncode == 0, said


def test_the_log_is_kept_in_write_ahead_mode(data: Path) -> None:
    script = (
        "from django.db import connection as c; k=c.cursor(); print(*[k.execute(f'PRAGMA {p}').fetchone()[0] for p in"
    )
    said = tradewind("manage", "shell", "-v", "0", "-c", f"{script} ('journal_mode','synchronous')])", data=data)
    assert said.stdout.split() == ["wal", "2"]
