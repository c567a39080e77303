"""What Prometheus may know: counts and times, never a name of a customer, a key or an offer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)

CONTENT_TYPE = CONTENT_TYPE_LATEST


class _Calls(Collector):
    """Counts and times of calls as plain numbers, told as Prometheus wants them when it asks. Used on one thread."""

    def __init__(self) -> None:
        self._counted: dict[tuple[str, int], int] = {}
        self._timed: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def answered(self, door: str, status: int, seconds: float) -> None:
        """Count one call."""
        self._counted[door, status] = self._counted.get((door, status), 0) + 1
        buckets = self._timed.get(door)
        if buckets is None:
            buckets = self._timed[door] = [0] * (len(_SECONDS) + 1)
        buckets[bisect_left(_SECONDS, seconds)] += 1
        self._seconds[door] = self._seconds.get(door, 0.0) + seconds

    def collect(self) -> Iterator[Metric]:
        calls = CounterMetricFamily("tradewind_calls", "Calls answered, by door and status", labels=["door", "status"])
        for (door, status), count in self._counted.items():
            calls.add_metric([door, str(status)], count)
        yield calls
        times = HistogramMetricFamily(
            "tradewind_call_seconds",
            "To the answer, durable: from the request's head, or from its body where an event goes the short way",
            labels=["door"],
        )
        for door, buckets in self._timed.items():
            upper = (*map(str, _SECONDS), "+Inf")
            times.add_metric([door], list(zip(upper, accumulate(buckets), strict=True)), self._seconds[door])
        yield times


class _Counts(Collector):
    """Plain counts by their labels. Used on one thread."""

    def __init__(self, name: str, says: str, labels: tuple[str, ...]) -> None:
        self._name, self._says, self._labels = name, says, labels
        self._counted: dict[tuple[str, ...], int] = {}

    def add(self, *labels: str, by: int = 1) -> None:
        """Count."""
        self._counted[labels] = self._counted.get(labels, 0) + by

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily(self._name, self._says, labels=self._labels)
        for labels, count in self._counted.items():
            family.add_metric(labels, count)
        yield family


class Metrics:
    """One registry per engine, so that two engines in one process do not count together."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = _Calls()
        self._registry.register(self._calls)
        self.answered = self._calls.answered
        self._asked = _Counts(
            "tradewind_source_calls", "Questions to data sources, and how they ended", ("source", "outcome")
        )
        self._misfits = _Counts(
            "tradewind_source_misfits", "Values of data sources that did not fit their attribute", ("source",)
        )
        self._notified = _Counts("tradewind_notifications", "Notifications, by how they ended", ("outcome",))
        self._changed = _Counts("tradewind_predictor_changes", "Changes of predictors' trees, by sort", ("change",))
        self._supposed = _Counts("tradewind_what_ifs", "What-if questions, by how they ended", ("outcome",))
        for counts in (self._asked, self._misfits, self._notified, self._changed, self._supposed):
            self._registry.register(counts)

    def gauge(self, name: str, says: str, value: Callable[[], float]) -> None:
        """A number that is read when it is asked for."""
        Gauge(f"tradewind_{name}", says, registry=self._registry).set_function(value)

    def asked(self, source: str, outcome: str, misfits: int) -> None:
        """Count a question to a data source, and the values in its answer that did not fit."""
        self._asked.add(source, outcome)
        if misfits:
            self._misfits.add(source, by=misfits)

    def notified(self, outcome: str) -> None:
        """Count how a notification ended, or that it is tried again."""
        self._notified.add(outcome)

    def changed(self, change: str) -> None:
        """Count a change of a predictor's tree."""
        self._changed.add(change)

    def supposed(self, outcome: str) -> None:
        """Count how a what-if question ended."""
        self._supposed.add(outcome)

    def page(self) -> bytes:
        return generate_latest(self._registry)
