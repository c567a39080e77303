"""ASKS. Data sources over HTTP, within a time budget, without ever harming a decision.

Nouns: source (one that a publication declares), guard (which hosts, which addresses), breaker (stops asking
what is down), bulkhead (how many calls at once), cache (answers for a while), flight (one call for many askers).
Invariants: one guarded fetch and no other way out; every address is checked where the connection is made; no
redirects, no proxies, a deadline over everything, a cap on what is unpacked; secrets stay in headers;
whatever a source does, asking it ends in values or in none, never in an error for the asker.
May be called by `service`; imports `core` and `wire`; knows nothing of the engine's own Web service.
"""

from tradewind.engine.sources.asking import Answer, Asking, Sources
from tradewind.engine.sources.fetched import Fetched, Unanswered
from tradewind.engine.sources.fetching import Call, Fetcher
from tradewind.engine.sources.flights import Seat
from tradewind.engine.sources.guard import Guard, Hosts, NotAllowed
from tradewind.engine.sources.publishing import source_faults
from tradewind.engine.sources.secrets import Secrets

__all__ = [
    "Answer",
    "Asking",
    "Call",
    "Fetched",
    "Fetcher",
    "Guard",
    "Hosts",
    "NotAllowed",
    "Seat",
    "Secrets",
    "Sources",
    "Unanswered",
    "source_faults",
]
