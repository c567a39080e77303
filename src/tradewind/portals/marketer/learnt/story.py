"""How an offer's predictor came to what it is, told in sentences with what each change rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tradewind.crm.decisions.predictors import Change, Condition, Evidence, Names, Place, Predictor, Sort, Tally
from tradewind.portals.marketer.learnt.conditions import Labels, attribute_name, in_words
from tradewind.portals.ui import figures

TONES: Final[Mapping[Sort, str]] = {"split": "accent", "drifted": "warn", "pruned": "", "refitted": ""}
LONG_ODDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that a change compared."""

    label: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Entry:
    """One change as the page tells it; `position` is the moment just behind it."""

    position: str
    at: datetime
    tone: str
    title: str
    sides: tuple[Side, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is needed to name a profile: the names that people gave, and the splits that are known, the newest first.

    `standing` is the tree as it is; it says what a part is where its split is older than those known.
    """

    names: Names = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)
    known: Sequence[Change] = ()
    standing: Predictor | None = None

    def told(self, change: Change) -> Entry:
        """A change in words."""
        return Entry(
            position=change.position,
            at=change.at,
            tone=TONES[change.sort],
            title=self.title(change),
            sides=self._sides(change),
            note=_note(change),
        )

    def title(self, change: Change) -> str:
        """What happened, in one sentence without its evidence."""
        if change.place is None:
            return _("The scorer grew its trees again")
        who = {"profile": self.profile(change.place, change)}
        match change.sort:
            case "split" if change.parts:
                by = attribute_name(change.parts[0].attribute, self.labels)
                return _("%(profile)s was split by “%(attribute)s”") % {**who, "attribute": by}
            case "split":
                return _("%(profile)s was split") % who
            case "pruned":
                return _("The parts of %(profile)s were merged") % who
        rose = change.evidence is not None and change.evidence.second.share > change.evidence.first.share
        return (_("Acceptance rose in %(profile)s") if rose else _("Acceptance fell in %(profile)s")) % who

    def profile(self, place: Place, when: Change) -> str:
        """The name of a profile just before a change."""
        root, path = place
        name = self.names.get(root, root)
        if not path:
            return _("“%(name)s”") % {"name": name}
        condition = self._condition(place, when)
        if condition is None:
            return _("a part of “%(name)s”") % {"name": name}
        return _("“%(part)s” of “%(name)s”") % {"part": in_words(condition, self.labels), "name": name}

    def _condition(self, place: Place, when: Change) -> Condition | None:
        """Who belonged to a part just before a change: what the last split of the profile above it said."""
        root, path = place
        split = self._split_before((root, path[:-1]), when)
        if split is not None:
            return split.parts[path[-1]] if split.parts else None
        standing = self.standing.walk() if self.standing else ()
        return next((view.when for view in standing if view.place == place), None)

    def _split_before(self, place: Place, when: Change) -> Change | None:
        older = self.known[self.known.index(when) + 1 :] if when in self.known else ()
        return next((change for change in older if change.sort == "split" and change.place == place), None)

    def _sides(self, change: Change) -> tuple[Side, ...]:
        if change.evidence is None:
            return ()
        labels = self._labels(change)
        return tuple(
            Side(label, tally)
            for label, tally in zip(labels, (change.evidence.first, change.evidence.second), strict=True)
        )

    def _labels(self, change: Change) -> tuple[str, str]:
        if change.sort == "drifted":
            return _("Before"), _("After")
        parts = change.parts
        if change.sort == "pruned" and change.place is not None:
            split = self._split_before(change.place, change)
            parts = split.parts if split else None
        if parts is None:
            return _("First part"), _("Second part")
        return in_words(parts[0], self.labels), in_words(parts[1], self.labels)


def _note(change: Change) -> str:
    if change.sort == "refitted":
        said = ngettext("After %(n)s response.", "After %(n)s responses.", change.responses)
        return said % {"n": figures.number(change.responses)}
    if change.sort == "pruned":
        return _("They no longer differ.")
    return odds(change.evidence) if change.evidence else ""


def odds(evidence: Evidence) -> str:
    """How seldom chance alone would have looked like that; nothing where it might well have."""
    if evidence.luck * LONG_ODDS <= 1:
        return _("Chance alone would look like this less than once in a million times.")
    times = _rounded(1 / evidence.luck)
    if times < 2:
        return ""
    return _("Chance alone would look like this at most once in %(n)s times.") % {"n": figures.number(times)}


def _rounded(times: float) -> int:
    """Downwards to two digits.

    >>> _rounded(12_345.6), _rounded(7.9)
    (12000, 7)
    """
    step: int = 10 ** max(len(str(int(times))) - 2, 0)
    return int(times) // step * step
