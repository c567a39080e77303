"""`tradewind ledger` on a data folder into which eight processes post meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

POSTERS, EACH = 8, 12
POST = """
import sys
from datetime import UTC, date, datetime
import django
django.setup()
from tradewind.crm.ledger.calendars import open_year
from tradewind.crm.ledger.charts import NEUTRAL, open_chart
from tradewind.crm.ledger.drafts import Draft, Line
from tradewind.crm.ledger.operations import post
who, times = sys.argv[1], int(sys.argv[2])
open_year("general", 2026)
accounts = {a.code: a.pk for a in open_chart(NEUTRAL, currency="GBP", opened_date=date(2026, 1, 1))}
for n in range(times):
    lines = (Line(accounts["1100"], 100), Line(accounts["4000"], -100))
    draft = Draft(f"sale:{who}:{n}", date(2026, 11, 20), "sale", lines, "ș and ț")
    post(book="general", drafts=[draft], actor=None, now=datetime(2026, 11, 20, 10, tzinfo=UTC))
"""


@pytest.fixture
def data(migrated: Path, tmp_path: Path) -> Path:
    """A data folder with an empty ledger."""
    shutil.copy(migrated, tmp_path / "crm.sqlite")
    return tmp_path


def environment(data: Path) -> dict[str, str]:
    without = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return without | {"TRADEWIND_DATA": str(data), "DJANGO_SETTINGS_MODULE": "tradewind.config.settings"}


def poster(data: Path, who: str, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", POST, who, str(times)], env=environment(data))


def ledger(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tradewind.cli", "ledger", *words]
    return subprocess.run(command, env=environment(data), capture_output=True, text=True, check=False)


def test_books_are_proved_and_exported_while_others_post(data: Path, tmp_path: Path) -> None:
    assert poster(data, "first", 1).wait() == 0
    others = [poster(data, str(number), EACH) for number in range(POSTERS)]
    while any(other.poll() is None for other in others):
        meanwhile = ledger(data, "verify")
        assert meanwhile.returncode == 0, meanwhile.stderr
    assert [other.returncode for other in others] == [0] * POSTERS
    last = ledger(data, "verify")
    assert f"book general: {POSTERS * EACH + 1} entries, {2 * POSTERS * EACH + 2} postings, chain " in last.stdout
    assert "book funds: 0 entries" in last.stdout
    exported = ledger(data, "export", "--format", "beancount")
    assert (exported.returncode, exported.stderr) == (0, "")
    file = tmp_path / "book.beancount"
    file.write_text(exported.stdout, encoding="utf-8")
    check = [str(Path(sys.executable).with_name("bean-check")), str(file)]
    assert subprocess.run(check, check=False).returncode == 0
    assert f"balance Assets:1100  {POSTERS * EACH + 1}.00 ~ 0 GBP" in exported.stdout


def test_a_folder_without_books_stays_as_it_is(tmp_path: Path) -> None:
    run = ledger(tmp_path, "verify", "--data", str(tmp_path / "nowhere"))
    assert run.returncode == 1
    assert "there are no books in" in run.stderr
    assert not (tmp_path / "nowhere").exists()
