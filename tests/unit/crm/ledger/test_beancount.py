"""Beancount, an independent program, accepts the whole book and comes to the same balances."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from tests.books import DAY, NOW, General

from tradewind.crm.ledger.beancount import beancount
from tradewind.crm.ledger.drafts import Draft, Line
from tradewind.crm.ledger.models import GENERAL
from tradewind.crm.ledger.operations import post_one, reverse
from tradewind.crm.ledger.statements import trial_balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def exported(books: General, tmp_path: Path) -> Path:
    """A book with two currencies, a reversal, an earlier day and every letter that may stand in a text."""
    sale = books.sell("invoice:1", 12_345)
    books.sell("october", 1, day=date(2026, 10, 31))
    reverse(sale, entry_date=DAY, actor=None, now=NOW, text='a "quoted" text\\ with\nlines, ș and ț')
    both = (*books.sale("x", 5).lines, Line(books.lei["1100"].pk, 29), Line(books.lei["4000"].pk, -29))
    post_one(book=GENERAL, draft=Draft("two", DAY, "sale", both), actor=None, now=NOW)
    file = tmp_path / "general.beancount"
    file.write_text("\n".join(beancount(GENERAL)) + "\n", encoding="utf-8")
    return file


def bean_check(file: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("bean-check")), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_bean_check_accepts_the_book(exported: Path) -> None:
    run = bean_check(exported)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_bean_check_refuses_what_was_changed(exported: Path) -> None:
    exported.write_text(
        exported.read_text().replace("balance Assets:1100  0.06 ~ 0 GBP", "balance Assets:1100 0.07 ~ 0 GBP")
    )
    assert bean_check(exported).returncode == 1


def test_its_balances_equal_ours(exported: Path) -> None:
    entries, errors, _options = loader.load_file(str(exported))
    assert errors == []
    theirs: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in getattr(entry, "postings", ()):
            theirs[posting.account.rpartition(":")[2], posting.units.currency] += posting.units.number
    ours: dict[Any, Decimal] = {
        (line.account.code, line.account.currency): Decimal(line.balance_minor) / 100 for line in trial_balance(GENERAL)
    }
    assert theirs == ours
    assert len(ours) == 4
