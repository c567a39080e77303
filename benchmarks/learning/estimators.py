"""How true the estimators are: against the known truth of many simulated logs, and on the sample of Open Bandit.

Simulated: the shipped learner, a fifth of whose choices explore, decides in a world that does not change, and what a
uniform policy would have got is estimated from its log. Open Bandit (Saito et al. 2021): a shop logged a uniform policy
and Bernoulli Thompson sampling over the same days; what the uniform one got is estimated from the log of the other.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from benchmarks.learning.sets import Absent
from tradewind.demo import packaged
from tradewind.engine.lab.estimating import Estimates, Log, NotEnough, estimate
from tradewind.engine.lab.learners.scorer import Scorer
from tradewind.engine.lab.logged import running_means
from tradewind.engine.lab.simulating import live
from tradewind.engine.lab.worlds import World

LOGS: Final = 500
CHOICES: Final = 1_500
EXPLORED: Final = 0.2
"""The exploration share of the policy that logs: without one a log is worth next to nothing."""

ESTIMATORS: Final = ("ips", "snips", "dr")
CAMPAIGNS: Final = ("all", "men", "women")


@dataclass(frozen=True, slots=True)
class Estimated:
    """One log: the truth, what the log itself got, and (point, low, high) of each estimator; none where refused."""

    truth: float
    logged: float
    found: dict[str, tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Simulated:
    """The logs of one job."""

    logs: tuple[Estimated, ...]


@dataclass(frozen=True, slots=True)
class Logs:
    """A job: the logs of some seeds."""

    first: int
    count: int

    @property
    def weight(self) -> int:
        return self.count * CHOICES

    def run(self, tell: Callable[[int], None]) -> Simulated:
        return Simulated(tuple(_simulated(seed, tell) for seed in range(self.first, self.first + self.count)))


@dataclass(frozen=True, slots=True)
class OnOpenBandit:
    """One campaign: clicks per choice that the uniform policy got, and what was estimated of it elsewhere."""

    campaign: str
    truth: float
    error: float
    choices: int
    effective: float
    estimated: Estimated | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class OpenBandit:
    """A job: one campaign of the sample."""

    campaign: str

    @property
    def weight(self) -> int:
        return 10_000

    def run(self, tell: Callable[[int], None]) -> OnOpenBandit:
        truth = np.array([float(row["click"]) for row in _logged("random", self.campaign)])
        log = _evaluating_uniform(_logged("bts", self.campaign))
        mean, error = float(truth.mean()), float(truth.std() / np.sqrt(len(truth)))
        tell(self.weight)
        try:
            found = estimate(log)
        except NotEnough as refusal:
            return OnOpenBandit(self.campaign, mean, error, len(log.rewards), 0.0, None, str(refusal))
        estimated = Estimated(mean, float(log.rewards.mean()), _intervals(found))
        return OnOpenBandit(self.campaign, mean, error, len(log.rewards), found.effective, estimated)


def _simulated(seed: int, tell: Callable[[int], None]) -> Estimated:
    life = live(World("steady", CHOICES, seed), partial(Scorer, policy="thompson", floor=EXPLORED), tell=tell)
    found = life.estimated()
    return Estimated(float(life.even.mean()), float(life.accepted.mean()), {} if found is None else _intervals(found))


def _intervals(found: Estimates) -> dict[str, tuple[float, float, float]]:
    named = {name: getattr(found, name) for name in ESTIMATORS}
    return {name: (each.point, each.low, each.high) for name, each in named.items() if each is not None}


def _logged(policy: str, campaign: str) -> list[dict[str, str]]:
    file = f"obp/dataset/obd/{policy}/{campaign}/{campaign}.csv"
    path = packaged.find("obp", file)
    if path is None:
        raise Absent(f"the package obp is not installed, which brings {file}; `make setup` installs it")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _evaluating_uniform(rows: list[dict[str, str]]) -> Log:
    """Each choice of an item in one of three places, with the chance that it had there."""
    items = np.array([int(row["item_id"]) for row in rows])
    offers = int(items.max()) + 1
    clicks = np.array([float(row["click"]) for row in rows])
    logged = np.array([float(row["propensity_score"]) for row in rows])
    uniform = np.broadcast_to(1.0 / offers, (len(rows), offers))
    predicted, expected = running_means(items, clicks, uniform)
    return Log(clicks, logged, uniform[:, 0], predicted=predicted, expected=expected)
