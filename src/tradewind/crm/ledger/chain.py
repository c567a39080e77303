"""What ties an entry to all before it.

    content = JSON of [format, book, position, date, posted at, posted by, kind, text, key, what it reverses, lines]
    chain   = SHA-256(chain of the entry before + SHA-256(content))

A line is [account, amount, number in the account, balance after, text], with the account's name for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

import msgspec

FORMAT: Final = 1
"""Version of the content; a later one gets a chain rule of its own."""

type ChainedLine = tuple[str, int, int, int, str]
"""Account key, amount, number, balance after (minor units), text."""

_encode: Final = msgspec.json.Encoder().encode


@lru_cache(maxsize=16)
def _instant(at: datetime) -> str:
    """In UTC with microseconds, as every database gives it back."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def chained(
    previous: bytes,
    *,
    book: str,
    position: int,
    entry_date: date,
    posted_at: datetime,
    posted_by: int | None,
    kind: str,
    text: str,
    key: str,
    reverses: int | None,
    lines: Sequence[ChainedLine],
) -> bytes:
    """The chain of an entry: 32 bytes.

    >>> from tradewind.crm.ledger.models import GENESIS
    >>> at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    >>> lines = [("//GBP/asset", 5, 1, 5, ""), ("//GBP/income", -5, 1, -5, "")]
    >>> chained(GENESIS, book="general", position=1, entry_date=at.date(), posted_at=at, posted_by=None, kind="sale",
    ...     text="", key="a", reverses=None, lines=lines).hex()[:16]
    'a8e3b413437c209d'
    """
    at = _instant(posted_at)
    content = _encode((FORMAT, book, position, entry_date, at, posted_by, kind, text, key, reverses, lines))
    return sha256(previous + sha256(content).digest()).digest()
