"""Everything that a run has found, and the figures that follow from it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.learning.contestants import ORACLE, RIVALS, UNIFORM, ours
from benchmarks.learning.estimators import ESTIMATORS, Estimated, OnOpenBandit, Simulated
from benchmarks.learning.running import Failed
from benchmarks.learning.tables import Bins, Calibrated, Checked, Passed
from benchmarks.learning.worlds import Lived
from benchmarks.results import MICROSECONDS, PERCENT, Figure
from tradewind.engine.lab.learners import SHIPPED

READABLE: Final = "tree"
WEIGHING: Final = "tree-squarecb"
RIVER: Final = ("hoeffding", "hoeffding-adaptive")
ROWS: Final = "rows"


@dataclass(slots=True)
class Outcomes:
    """By kind."""

    passed: list[Passed] = field(default_factory=list)
    lived: list[Lived] = field(default_factory=list)
    checked: list[Checked] = field(default_factory=list)
    calibrated: list[Calibrated] = field(default_factory=list)
    logs: list[Estimated] = field(default_factory=list)
    open_bandit: list[OnOpenBandit] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)

    @classmethod
    def sorted_out(cls, found: Iterable[Any]) -> Outcomes:
        outcomes = cls()
        for each in found:
            outcomes._take(each)
        return outcomes

    @property
    def sets(self) -> list[str]:
        """Tables and then worlds, in their order."""
        return list(dict.fromkeys([*(each.set for each in self.passed), *(each.world for each in self.lived)]))

    @property
    def contestants(self) -> list[str]:
        found = [*(each.contestant for each in self.passed), *(each.contestant for each in self.lived)]
        return list(dict.fromkeys(found))

    def acceptances(self, name: str, contestant: str) -> tuple[float, ...]:
        """What a contestant got, one a seed; nothing where it was not tried."""
        wanted = (name, contestant)
        tables = [each.acceptances for each in self.passed if (each.set, each.contestant) == wanted]
        worlds = [each.acceptances for each in self.lived if (each.world, each.contestant) == wanted]
        return next(iter(tables + worlds), ())

    def acceptance(self, name: str, contestant: str) -> float | None:
        """The mean over the seeds."""
        found = self.acceptances(name, contestant)
        return statistics.fmean(found) if found else None

    def ratio(self, name: str, contestant: str, peer: str) -> float | None:
        """The peer's acceptance by the contestant's: below 1 the contestant got more."""
        own, other = self.acceptance(name, contestant), self.acceptance(name, peer)
        return None if own is None or other is None else other / own if own > 0.0 else math.inf

    def _take(self, each: Any) -> None:
        match each:
            case Passed():
                self.passed.append(each)
            case Lived():
                self.lived.append(each)
            case Checked():
                self.checked.append(each)
            case Calibrated():
                self.calibrated.append(each)
            case Simulated():
                self.logs.extend(each.logs)
            case OnOpenBandit():
                self.open_bandit.append(each)
            case Failed():
                self.failed.append(each)


def figures(outcomes: Outcomes) -> list[Figure]:
    """All of them, in the order of the page."""
    return [
        *_verdicts(outcomes),
        *_accepted(outcomes),
        *_explored(outcomes),
        *_recovered(outcomes),
        *_shown(outcomes),
        *_estimated(outcomes.logs),
        *_clicked(outcomes.open_bandit),
        *_calibrated(outcomes),
        *_timed(outcomes),
        *_checked(outcomes.checked),
    ]


def _verdicts(outcomes: Outcomes) -> Iterable[Figure]:
    """On how many sets one of ours is above, and the set on which it is furthest below."""
    pairs = [(SHIPPED, RIVALS), (READABLE, RIVER)]
    for contestant, peers in dict.fromkeys(pairs):
        ratios = {
            name: max(known)
            for name in outcomes.sets
            if (known := [found for peer in peers if (found := outcomes.ratio(name, contestant, peer)) is not None])
        }
        if not ratios:
            continue
        against, worst = " and ".join(peers), max(ratios, key=lambda name: ratios[name])
        above = sum(ratio < 1.0 for ratio in ratios.values())
        yield Figure(
            name=f"sets_above.{contestant}", value=above, unit=f"of {len(ratios)} sets", peer=against, count=len(ratios)
        )
        yield Figure(
            name=f"furthest_below.{contestant}.{worst}", value=round(100.0 * (ratios[worst] - 1.0), 2), unit=PERCENT,
            peer=against, ratio=round(ratios[worst], 4),
        )  # fmt: skip


def _accepted(outcomes: Outcomes) -> Iterable[Figure]:
    """Ours beside the better of the rivals; the others alone."""
    for name in outcomes.sets:
        rivals = [peer for peer in RIVALS if outcomes.acceptances(name, peer)]
        best = max(rivals, key=lambda peer: outcomes.acceptance(name, peer) or 0.0) if rivals else None
        for contestant in outcomes.contestants:
            found = [100.0 * share for share in outcomes.acceptances(name, contestant)]
            if not found:
                continue
            peer = best if contestant in ours() else None
            theirs = None if peer is None else outcomes.acceptance(name, peer)
            yield Figure(
                name=f"acceptance.{name}.{contestant}", value=round(statistics.fmean(found), 3), unit=PERCENT,
                peer=peer, peer_value=None if theirs is None else round(100.0 * theirs, 3),
                ratio=None if peer is None else _short(outcomes.ratio(name, contestant, peer)),
                spread=_spread(found), deviation=round(_deviation(found), 3), count=len(found),
            )  # fmt: skip


def _explored(outcomes: Outcomes) -> Iterable[Figure]:
    """The same predictors, Thompson sampling beside inverse gap weighting."""
    for name in outcomes.sets:
        own, other = outcomes.acceptance(name, READABLE), outcomes.acceptance(name, WEIGHING)
        if own is not None and other is not None:
            yield Figure(
                name=f"exploration.{name}", value=round(100.0 * own, 3), unit=PERCENT, peer=WEIGHING,
                peer_value=round(100.0 * other, 3), ratio=_short(outcomes.ratio(name, READABLE, WEIGHING)),
            )  # fmt: skip


def recovery(lived: Lived) -> list[float]:
    """Rows to recover, one a seed; where it never did, all that were left."""
    return [float(rows if rows is not None else lived.size - lived.size // 2) for rows in lived.recovered]


def _recovered(outcomes: Outcomes) -> Iterable[Figure]:
    drifts = [each for each in outcomes.lived if each.world == "drift"]
    theirs = next((statistics.fmean(recovery(each)) for each in drifts if each.contestant == RIVALS[0]), None)
    for each in drifts:
        found = recovery(each)
        own, beside = statistics.fmean(found), theirs is not None and each.contestant in ours()
        yield Figure(
            name=f"recovery.{each.contestant}", value=round(own, 1), unit=ROWS,
            peer=RIVALS[0] if beside else None, peer_value=theirs if beside else None,
            ratio=_short(own / theirs) if beside and theirs else None,
            spread=_spread(found), count=sum(rows is not None for rows in each.recovered),
        )  # fmt: skip


def _shown(outcomes: Outcomes) -> Iterable[Figure]:
    for each in outcomes.lived:
        if not each.shows or each.contestant == UNIFORM:
            continue
        moments = statistics.fmean(taken for taken, _, _ in each.shows)
        even = statistics.fmean(share for _, share, _ in each.shows)
        yield Figure(
            name=f"first_shows.{each.contestant}", value=round(moments, 1), unit=ROWS, peer="a uniform share",
            peer_value=round(even, 1), ratio=_short(moments / even),
            spread=_spread([float(taken) for taken, _, _ in each.shows]),
            count=sum(reached for _, _, reached in each.shows),
        )  # fmt: skip


def _estimated(logs: Sequence[Estimated]) -> Iterable[Figure]:
    """The root of the mean squared error beside that of the log's own mean; and how often an interval has the truth."""
    if not logs:
        return
    refused = sum(not log.found for log in logs)
    yield Figure(name="estimate.refused", value=refused, unit=f"of {len(logs)} logs", count=len(logs))
    naive = _root([log.logged - log.truth for log in logs])
    for name in ESTIMATORS:
        found = [(log.truth, log.found[name]) for log in logs if name in log.found]
        if not found:
            continue
        error = _root([point - truth for truth, (point, _, _) in found])
        covered = sum(low <= truth <= high for truth, (_, low, high) in found)
        yield Figure(
            name=f"estimate.{name}.error", value=round(100.0 * error, 3), unit=PERCENT, peer="the log's own mean",
            peer_value=round(100.0 * naive, 3), ratio=_short(error / naive), count=len(found),
        )  # fmt: skip
        yield Figure(
            name=f"estimate.{name}.coverage", value=round(100.0 * covered / len(found), 2), unit=PERCENT,
            count=len(found),
        )  # fmt: skip
        width = statistics.fmean(high - low for _, (_, low, high) in found)
        yield Figure(name=f"estimate.{name}.width", value=round(100.0 * width, 2), unit=PERCENT, count=len(found))


def _clicked(campaigns: Sequence[OnOpenBandit]) -> Iterable[Figure]:
    for each in campaigns:
        for name, (point, low, high) in (each.estimated.found if each.estimated else {}).items():
            yield Figure(
                name=f"open_bandit.{each.campaign}.{name}", value=round(100.0 * point, 3), unit=PERCENT,
                peer="the uniform policy's own log", peer_value=round(100.0 * each.truth, 3),
                spread=(round(100.0 * low, 3), round(100.0 * high, 3)), count=each.choices,
            )  # fmt: skip


def pooled(outcomes: Outcomes, contestant: str) -> Bins | None:
    """What a learner said of the offers that it chose, over all sets."""
    together: Bins | None = None
    for each in outcomes.calibrated:
        if each.contestant == contestant:
            together = each.chosen if together is None else together.plus(each.chosen)
    return together


def _calibrated(outcomes: Outcomes) -> Iterable[Figure]:
    for each in outcomes.calibrated:
        for which, found in (("chosen", each.chosen), ("all", each.all)):
            yield Figure(
                name=f"calibration.{each.contestant}.{each.set}.{which}", value=round(100.0 * found.error, 3),
                unit=PERCENT, count=sum(found.counts),
            )  # fmt: skip
    for contestant in dict.fromkeys(each.contestant for each in outcomes.calibrated):
        if (bins := pooled(outcomes, contestant)) is not None:
            yield from _reliable(contestant, bins)


def _reliable(contestant: str, bins: Bins) -> Iterable[Figure]:
    """The error over all sets, and each bin."""
    yield Figure(
        name=f"calibration.{contestant}", value=round(100.0 * bins.error, 3), unit=PERCENT, count=sum(bins.counts)
    )
    for number, (count, said, came) in enumerate(zip(bins.counts, bins.said, bins.came, strict=True)):
        if count:
            yield Figure(
                name=f"calibration.{contestant}.bin={number}", value=round(100.0 * came / count, 2), unit=PERCENT,
                peer="said", peer_value=round(100.0 * said / count, 2), count=count,
            )  # fmt: skip


def _timed(outcomes: Outcomes) -> Iterable[Figure]:
    """The processor's time per row, the mean over the tables."""
    for contestant in outcomes.contestants:
        own = [each for each in outcomes.passed if each.contestant == contestant and contestant != ORACLE]
        if not own:
            continue
        for name, found in (("decide", [e.decide_us for e in own]), ("learn", [e.learn_us for e in own])):
            yield Figure(
                name=f"{name}.{contestant}", value=round(statistics.fmean(found), 1), unit=MICROSECONDS,
                spread=_spread(found), count=len(found),
            )  # fmt: skip


def _checked(checked: Sequence[Checked]) -> Iterable[Figure]:
    for each in checked:
        rate = each.rate
        yield Figure(
            name=f"uniform.{each.set}.{each.contestant}", value=round(100.0 * rate.found, 2), unit=PERCENT,
            peer="1 of the offers", peer_value=round(100.0 * rate.expected, 2),
            deviation=round(100.0 * rate.error, 2),
        )  # fmt: skip


def _root(errors: Sequence[float]) -> float:
    return math.sqrt(statistics.fmean(error * error for error in errors))


def _deviation(found: Sequence[float]) -> float:
    return statistics.stdev(found) if len(found) > 1 else 0.0


def _spread(found: Sequence[float]) -> tuple[float, float]:
    return round(min(found), 3), round(max(found), 3)


def _short(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, 4)
