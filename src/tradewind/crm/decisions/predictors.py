"""What the engine has learnt about an offer, as it is or was, and how it came to that: reads for screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tradewind.crm.decisions.engine import Engine, EngineRefused, EngineUnavailable, the_engine
from tradewind.crm.marketing.models import Offer
from tradewind.engine import wire

type Place = tuple[str, tuple[int, ...]]
"""Where a profile stands: the recipient profile's code, and the parts that lead down from it."""

type Sort = Literal["split", "drifted", "pruned", "refitted"]

type Names = Mapping[str, str]
"""What marketing calls its recipient profiles, by code."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Who belongs to a part: whose attribute is `at_least` and `below`, or among the `values`.

    `missing` says whether those do of whom the attribute is not known. With neither bounds nor values it is all of whom
    it is known, or, with `missing`, those alone of whom it is not; where it was `always_known` there is nobody of them.
    """

    attribute: str
    at_least: float | None = None
    below: float | None = None
    values: tuple[str, ...] = ()
    missing: bool = False
    always_known: bool = False


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One profile of an offer's predictor, as far as it has learnt. `name` is the marketer's, where it is a root.

    `when` says who belongs to it, of those who belong to the profile above; a root has its rule instead.
    """

    code: str
    name: str
    shown: int
    accepted: int
    propensity: float
    lower: float
    upper: float
    place: Place
    when: Condition | None = None
    profiles: tuple[ProfileView, ...] = ()

    def walk(self) -> Iterator[ProfileView]:
        """The profile and everything below it."""
        yield self
        for part in self.profiles:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Quality:
    """How good expectations were before each answer was known; less is better of both `log_loss` and miscalibration."""

    responses: int
    log_loss: float
    auc: float
    miscalibration: float


@dataclass(frozen=True, slots=True)
class Scored:
    """How good an offer's profiles and its scorer were on the same responses, and how often the world had changed."""

    by_profiles: Quality
    by_scorer: Quality
    drifts: int


@dataclass(frozen=True, slots=True)
class Predictor:
    """What the engine knew about one offer. `propensity` is that of its profiles, weighted by responses."""

    offer: str
    version: int
    shown: int
    accepted: int
    propensity: float
    profiles: tuple[ProfileView, ...]
    scored: Scored | None = None

    def walk(self) -> Iterator[ProfileView]:
        """Every profile, each before its parts."""
        for profile in self.profiles:
            yield from profile.walk()


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """The engine is still finding out what was; `share` of it is done."""

    share: float


type Untold = Literal["away", "gone"]
"""Why there is no answer: nobody is there to give one, or the engine does not have that moment (any more)."""


@dataclass(frozen=True, slots=True)
class Tally:
    """So many were shown the offer and so many accepted it."""

    shown: int
    accepted: int

    @property
    def share(self) -> float:
        return self.accepted / self.shown if self.shown else 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a change rests on: both sides, or before and after; and how likely chance alone would have looked so."""

    first: Tally
    second: Tally
    luck: float


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a predictor. `position` is the moment just behind it.

    `parts` are what a profile was split into, where the engine still says it; `responses` what a scorer had learnt
    from. A scorer has no place.
    """

    sort: Sort
    position: str
    at: datetime
    place: Place | None = None
    parts: tuple[Condition, Condition] | None = None
    evidence: Evidence | None = None
    responses: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """Some changes, the newest first. `start` is the moment before the earliest of them; before `earlier` lie more."""

    listed: tuple[Change, ...] = ()
    start: str = ""
    earlier: str = ""


def predictor(offer: Offer, *, engine: Engine | None = None) -> Predictor | None:
    """What the engine has learnt about an offer, or None where it is away or does not run the offer."""
    try:
        view = (engine or the_engine()).predictor(offer.code)
    except (EngineUnavailable, EngineRefused):
        return None
    return _predictor(view, names_of(offer))


def predictor_at(offer: Offer, position: str, *, engine: Engine | None = None) -> Predictor | Rebuilding | Untold:
    """What the engine had learnt about an offer at a position of its history."""
    try:
        view = (engine or the_engine()).predictor_at(offer.code, position)
    except EngineUnavailable:
        return "away"
    except EngineRefused:
        return "gone"
    if isinstance(view, wire.ExplanationProgress):
        return Rebuilding(int(view.position) / max(int(view.of), 1))
    return _predictor(view, names_of(offer))


def changes(offer: Offer, *, before: str = "", limit: int, engine: Engine | None = None) -> Changes | None:
    """The newest changes of an offer's predictor before a position; None where the engine is away."""
    try:
        found = (engine or the_engine()).predictor_changes(offer.code, before=before, limit=limit)
    except EngineUnavailable:
        return None
    except EngineRefused:
        return Changes()
    listed = tuple(_change(each) for each in found.changes)
    return Changes(listed, start=found.start or "", earlier=found.next or "")


def names_of(offer: Offer) -> Names:
    """What marketing calls an offer's recipient profiles."""
    return {profile.code: profile.name for profile in offer.profiles.all()}


def _predictor(view: wire.PredictorView, names: Names) -> Predictor:
    profiles = tuple(_profile(node, node.id, names) for node in view.profiles)
    weight = sum(profile.shown for profile in profiles)
    if weight:
        propensity = sum(profile.propensity * profile.shown for profile in profiles) / weight
    else:
        propensity = sum(profile.propensity for profile in profiles) / max(len(profiles), 1)
    return Predictor(
        offer=view.offer,
        version=view.version,
        shown=weight,
        accepted=sum(profile.accepted for profile in profiles),
        propensity=propensity,
        profiles=profiles,
        scored=_scored(view.scorer) if view.scorer else None,
    )


def _profile(node: wire.ProfileNode, root: str, names: Names) -> ProfileView:
    lower, upper = node.interval
    return ProfileView(
        code=node.id,
        name=names.get(node.id, node.label),
        shown=node.shown,
        accepted=node.accepted,
        propensity=node.propensity,
        lower=lower,
        upper=upper,
        place=(root, tuple(node.path)),
        when=condition(node.when) if node.when else None,
        profiles=tuple(_profile(child, root, names) for child in node.profiles),
    )


def condition(branch: wire.Branch) -> Condition:
    """A branch of a split, as screens read it."""
    return Condition(
        attribute=branch.attribute,
        at_least=branch.at_least,
        below=branch.below,
        values=tuple(branch.values or ()),
        missing=branch.missing,
        always_known=branch.always_known,
    )


def _scored(view: wire.ScorerView) -> Scored:
    return Scored(_quality(view.by_profiles), _quality(view.by_scorer), view.drifts)


def _quality(view: wire.Quality) -> Quality:
    return Quality(view.responses, view.log_loss, view.auc, view.miscalibration)


def _change(line: wire.PredictorChanged | wire.ScorerRefitted) -> Change:
    if isinstance(line, wire.ScorerRefitted):
        return Change(sort="refitted", position=line.position, at=line.at, responses=line.responses)
    return Change(
        sort=line.change,
        position=line.position,
        at=line.at,
        place=(line.profile, tuple(line.path)),
        parts=(condition(line.branches[0]), condition(line.branches[1])) if line.branches else None,
        evidence=_evidence(line.evidence),
    )


def _evidence(told: wire.ChangeEvidence) -> Evidence:
    """Each of the comparisons might have come out so by chance, hence the factor (Bonferroni)."""
    return Evidence(Tally(*told.first), Tally(*told.second), luck=min(told.p_value * told.tries, 1.0))
