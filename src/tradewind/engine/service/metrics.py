"""What Prometheus may know: counts and times, never a name of a customer, a key or an offer."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """One registry per engine, so that two engines in one process do not count together."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter(
            "tradewind_calls", "Calls answered, by door and status", ["door", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "tradewind_call_seconds",
            "From the request's head to the answer, durable",
            ["door"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._counted: dict[tuple[str, int], Counter] = {}
        self._timed: dict[str, Histogram] = {}

    def gauge(self, name: str, says: str, value: Callable[[], float]) -> None:
        """A number that is read when it is asked for."""
        Gauge(f"tradewind_{name}", says, registry=self._registry).set_function(value)

    def answered(self, door: str, status: int, seconds: float) -> None:
        counter = self._counted.get((door, status))
        if counter is None:
            counter = self._counted[door, status] = self._calls.labels(door, str(status))
        counter.inc()
        histogram = self._timed.get(door)
        if histogram is None:
            histogram = self._timed[door] = self._seconds.labels(door)
        histogram.observe(seconds)

    def page(self) -> bytes:
        return generate_latest(self._registry)
