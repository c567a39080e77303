"""What an offer's predictor has learnt."""

from __future__ import annotations

from msgspec import field

from tradewind.engine.wire.base import Message


class Branch(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Who goes down one branch of a split: those whose number is `at_least` and `below`, or whose value is listed.

    `missing` says whether those go too of whom the attribute is not known. With neither bounds nor values it is all of
    whom it is known, or, with `missing`, those alone of whom it is not. `always_known` says that there has been nobody
    of whom it was not, as far as the predictor remembers.
    """

    attribute: str
    at_least: float | None = None
    below: float | None = None
    values: list[str] | None = None
    missing: bool = False
    always_known: bool = False


class ProfileNode(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One profile of a predictor's tree. `shown` and `accepted` count what is closed, from the last drift on.

    `path` leads from the recipient profile down, 0 for each first part and 1 for each second, and `when` from the node
    above; `profiles` are the two parts of a profile that is split.
    """

    id: str
    label: str
    shown: int
    accepted: int
    propensity: float
    interval: tuple[float, float]
    path: list[int] = field(default_factory=list)
    when: Branch | None = None
    profiles: list[ProfileNode] = field(default_factory=list)


class Quality(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How good were the rewards, 0 to 1, that were expected before each answer was known? Agents are set apart.

    `log_loss` and `miscalibration` are better when less; of a reward of 0.25 a quarter counts as accepted.
    """

    responses: int
    log_loss: float
    auc: float
    miscalibration: float


class ScorerView(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What ranks beside the profiles: how good both were on the same responses, and how often the world had changed."""

    by_profiles: Quality
    by_scorer: Quality
    drifts: int


class PredictorView(Message, frozen=True, kw_only=True, omit_defaults=False):
    offer: str
    position: str
    version: int
    profiles: list[ProfileNode]
    scorer: ScorerView | None = None
