"""REMEMBERS. The engine's append-only history of facts, and the vault with the customers' keys.

Nouns: History, Stored (a fact at its position), Appended, Snapshots, Vault, Subject.
Invariants: one writer; positions without a gap from 1; an id is used once, for ever; positions are given at
append and `durable` ends when the group commit is on the disk; a failed commit is never tried again; nothing
is updated or deleted, except keys: the vault wipes those of whoever is to be forgotten. Facts name customers by a
random reference only; what it stands for is in the vault.
May be called by `service`; imports `core` for the facts.
"""

from tradewind.engine.history.entropy import Entropy
from tradewind.engine.history.log import Appended, DuplicateId, History, HistoryFailed, HistoryLocked, Stored
from tradewind.engine.history.memory import MemoryHistory
from tradewind.engine.history.reading import HistoryReader
from tradewind.engine.history.searching import facts_at, facts_naming, has_fact
from tradewind.engine.history.snapshots import Snapshots
from tradewind.engine.history.sqlite import SqliteHistory
from tradewind.engine.history.vault import BrokenSeal, StillInUse, Subject, Vault
from tradewind.engine.history.verify import Broken, Verified, verify

__all__ = [
    "Appended",
    "Broken",
    "BrokenSeal",
    "DuplicateId",
    "Entropy",
    "History",
    "HistoryFailed",
    "HistoryLocked",
    "HistoryReader",
    "MemoryHistory",
    "Snapshots",
    "SqliteHistory",
    "StillInUse",
    "Stored",
    "Subject",
    "Vault",
    "Verified",
    "facts_at",
    "facts_naming",
    "has_fact",
    "verify",
]
