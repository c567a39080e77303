"""A worker that is killed in the middle of a campaign, by the operating system and not in play."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.integration.crm.test_web_process import environment, tradewind
from tests.mail_server import MailServer

LETTERS = 40
# No claims about speed, only ends to waiting: a busy machine takes its time.
DONE_WITHIN_SECONDS = 180.0

MAKE = """
from django.utils import timezone
from tests.letters import sent_campaign
sent_campaign({letters}, now=timezone.now())
"""


@pytest.fixture
def data(migrated: Path, tmp_path: Path) -> Path:
    shutil.copy(migrated, tmp_path / "crm.sqlite")
    done = tradewind("manage", "migrate", data=tmp_path)
    assert done.returncode == 0, done.stderr
    made = tradewind("manage", "shell", "-v", "0", "-c", MAKE.format(letters=LETTERS), data=tmp_path)
    assert made.returncode == 0, made.stderr
    return tmp_path


@contextmanager
def worker(data: Path, server: MailServer) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tradewind.cli", "worker"],
        env=environment(data, TRADEWIND_MAIL=f"smtp://127.0.0.1:{server.port}"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def asked(data: Path, question: str) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(data / "crm.sqlite", timeout=60)) as database, database:
        return list(database.execute(question))


def standing(data: Path) -> dict[str, set[str]]:
    """The addresses by the state of their letter."""
    found: dict[str, set[str]] = {}
    for state, email in asked(
        data,
        "SELECT letter.state, person.email FROM channel_campaignletter letter"
        " JOIN parties_customer customer ON customer.id = letter.customer_id"
        " JOIN parties_person person ON person.id = customer.person_id",
    ):
        found.setdefault(state, set()).add(email)
    return found


def wait_until_nothing_waits(data: Path) -> dict[str, set[str]]:
    given_up_at = time.monotonic() + DONE_WITHIN_SECONDS
    while "waiting" in (found := standing(data)):
        assert time.monotonic() < given_up_at, found
        time.sleep(0.2)
    return found


def test_nobody_gets_two_letters_and_who_got_none_is_known(data: Path) -> None:
    with MailServer(slow=lambda: time.sleep(0.02)) as server:
        for so_many in (6, 15, 24):
            with worker(data, server) as process:
                assert server.wait_for(so_many, DONE_WITHIN_SECONDS)
                process.send_signal(signal.SIGKILL)
                process.wait()
        with worker(data, server):
            found = wait_until_nothing_waits(data)
            begun = found.get("sending", set())
            assert len(begun) <= 3
            asked(data, "UPDATE channel_campaignletter SET changed_at = '2026-01-01' WHERE state = 'sending'")
            given_up_at = time.monotonic() + DONE_WITHIN_SECONDS
            while standing(data).get("doubtful", set()) != begun:
                assert time.monotonic() < given_up_at, standing(data)
                time.sleep(0.2)
    assert max(server.counts.values()) == 1
    assert sum(server.counts.values()) >= LETTERS - len(begun)
    assert set(server.counts) >= standing(data)["sent"]
