"""The engine's own predictors as they serve: a publication is made of the problem, and its decisions are drawn.

Binning, leaves, splits, posteriors, exploration and floor are those of `core`, called and not copied; what comes before
them in a decision (rules, contact policies, tiers) has nothing to hold back here.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import numpy as np

from tradewind.engine import wire
from tradewind.engine.core.arbitration import Candidates, weighed
from tradewind.engine.core.arms import FULL
from tradewind.engine.core.consents import Consents
from tradewind.engine.core.contact_log import ContactLog
from tradewind.engine.core.contact_policy import Contacts
from tradewind.engine.core.context import Context, bins
from tradewind.engine.core.crediting import credit, expectation
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.following import NOBODY, followed
from tradewind.engine.core.funnel import sift
from tradewind.engine.core.holding import Places, hold
from tradewind.engine.core.offers import compile_publication
from tradewind.engine.core.predictors.agents import Agents
from tradewind.engine.core.predictors.changing import change_tree
from tradewind.engine.core.predictors.evidence import MICRO, NOTHING, Evidence
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.scorers import Scorers
from tradewind.engine.core.presentations import Presentation
from tradewind.engine.core.proposing import Watch, at_once
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.core.state import State
from tradewind.engine.core.volumes import Volumes
from tradewind.engine.lab.learner import Choice, Offers, drawn
from tradewind.engine.lab.problems import MOST_VALUES, Attribute, Floats, Problem, Row

PLACE, OTHERS = "lab", "(others)"

FLOOR = 0.002
"""The exploration share: what is drawn from tries the others already, as far as they may be better."""

type Policy = Literal["thompson", "squarecb"]


class Tree:
    """One predictor for each offer, whose only recipient profile is everyone."""

    def __init__(self, problem: Problem, policy: Policy, floor: float = FLOOR) -> None:
        self._publication = _published(problem, policy, floor)
        self._placement = self._publication.placements[PLACE]
        self._leaves, self._samples, self._watch = Leaves(), Samples(), Watch()
        self._scorers, self._agents = Scorers(), Agents()
        self._credits: dict[tuple[int, int], Presentation] = {}
        self._met: set[int] = set()
        self._roots = self._leaves.plant(self._publication.leaves())
        self._state = State(
            publication=self._publication, leaves=self._leaves, samples=self._samples, leaf_rows=self._roots
        )  # fmt: skip
        self._names = [f"{PLACE}.{name}" for name in _names(problem)]
        self._known = [frozenset(_values(each)) if each.type == "category" else None for each in problem.attributes]
        contacts, log, volumes = Contacts(), ContactLog(), Volumes()
        places = Places.plant(self._publication, contacts, log, volumes)
        self._shown_rows, self._never = places.shown, contacts.counters("")
        self._held = hold(
            self._publication, log, volumes, Consents(), places, subject="", channel=PLACE, now=0
        )  # fmt: skip

    @property
    def leaves(self) -> int:
        """How many leaves the trees of all offers have."""
        return sum(self._leaves.count(int(root)) for root in self._roots)

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        candidates = self._weighed(row, allowed)
        vector = followed(candidates, self._publication, self._placement, (NOBODY,), limit=1).vectors[0]
        return drawn(row, candidates.rows, vector, draws)

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        self._meet(choice.allowed)
        root, name = int(self._roots[choice.offer]), self._publication.offers[choice.offer].id
        row = self._samples.binned(bins(Context(self._inputs(choice.row)), self._publication.attributes))
        entry, credited = self._told(root, row, choice.agent, instead_of)
        old = _evidence(instead_of, credited.shift)
        expected = expectation(self._scorers, self._leaves, self._samples, offer=name, root=root, bins=row)
        agent, now = self._agents.number(choice.agent), _evidence(reward, credited.shift)
        new = credit(self._agents, credited, agent=agent, offer=name, before=old, now=now, expected=expected)
        if instead_of is None:
            entry = self._samples.add(root, row, new)
            self._keep(root, entry, credited)
        else:
            self._samples.rewrite(root, entry, new)
        self._count(choice.offer, entry, row, old, new)
        self._leaves.change(self._leaves.leaf(root, self._samples.row(row), entry), old, new)
        self._tend(self._leaves.leaf(root, self._samples.row(row)))

    def propensity(self, row: Row) -> Floats:
        return self._weighed(row, np.arange(len(self._publication.offers))).propensity.copy()

    def _meet(self, allowed: Offers) -> None:
        """Who is allowed for the first time when others were learnt from is a newcomer, as in a later publication."""
        new = set(allowed.tolist()) - self._met
        for offer in new if self._met else ():
            self._leaves.come_late(int(self._roots[offer]))
        self._met |= new

    def _count(self, offer: int, entry: int, row: bytes, old: Evidence, new: Evidence) -> None:
        """What else learns from an entry of an offer's sample, before its leaf does."""

    def _told(self, root: int, row: bytes, agent: str | None, reward: int | None) -> tuple[int, Presentation]:
        """The newest entry that was told so, and what of it was due to its agent; a fresh one where nothing was."""
        if reward is None:
            return -1, Presentation(0, presented=True)
        number = self._agents.number(agent)
        for (of, entry), credited in reversed(self._credits.items()):
            told = _evidence(reward, credited.shift)
            if of == root and credited.agent == number and self._samples.find(root, row, told) == entry:
                return entry, credited
        return self._samples.find(root, row, _evidence(reward)), Presentation(0, presented=True)

    def _keep(self, root: int, entry: int, credited: Presentation) -> None:
        """Remember what was due to the agent as long as the entry is kept."""
        self._credits.pop((root, entry - self._samples.kept), None)
        if credited.agent:
            self._credits[root, entry] = credited

    def _weighed(self, row: Row, allowed: Offers) -> Candidates:
        stopped = np.ones(len(self._publication.offers), np.bool_)
        stopped[allowed] = False
        sifted = sift(
            self._publication, self._placement, self._inputs(row),
            arm=FULL, channel=PLACE, now=0, last_shown=self._never, shown_rows=self._shown_rows,
            held=self._held, stopped=stopped,
        )  # fmt: skip
        return weighed(
            self._publication, self._placement, sifted, arm=FULL, leaves=self._leaves, roots=self._roots
        )  # fmt: skip

    def _tend(self, leaf: int) -> None:
        """Change the tree where that is due, at the leaf or above it."""
        for row in (leaf, *self._leaves.above(leaf)):
            if self._watch.is_due(self._leaves, row):
                change = at_once(self._watch.look(self._state, row, now=0))
                if change is not None:
                    change_tree(self._leaves, self._samples, change)
                    self._watch.changed(self._leaves, change)
                    return

    def _inputs(self, row: Row) -> dict[str, Any]:
        return {
            name: value if known is None or value in known else OTHERS
            for name, value, known in zip(self._names, row, self._known, strict=True)
            if value is not None
        }


thompson = partial(Tree, policy="thompson")
squarecb = partial(Tree, policy="squarecb")


def _evidence(reward: int | None, shift: int = 0) -> Evidence:
    return NOTHING if reward is None else Evidence(1, int(reward > 0), min(reward, MICRO) - shift)


def _published(problem: Problem, policy: Policy, floor: float) -> CompiledPublication:
    attributes = [_declared(name, each) for name, each in zip(_names(problem), problem.attributes, strict=True)]
    words = [wire.Treatment(id="en", channel=PLACE, language="en")]
    document = wire.Publication(
        wire=1,
        number=1,
        condition_groups=[wire.ConditionGroup(name=PLACE, attributes=attributes)],
        placements=[
            wire.Placement(
                name=PLACE,
                channel=PLACE,
                limit=1,
                control_percent=0.0,
                exploration=wire.Exploration(policy=policy, floor=floor),
            )
        ],
        outcomes=[wire.Outcome(name="accepted", reward=1.0)],
        offers=[
            wire.Offer(
                id=str(number), group=PLACE, placements=[PLACE], profiles=[wire.Profile(id="all")], treatments=words
            )
            for number in range(len(problem.offers))
        ],
    )
    compiled, faults, _ = compile_publication(document)
    if compiled is None:
        raise ValueError("; ".join(f"{fault.path} {fault.message}" for fault in faults))
    return compiled


def _names(problem: Problem) -> list[str]:
    """Names that rules could write, in the order of the problem's attributes but after their own names."""
    by_name = sorted(range(len(problem.attributes)), key=lambda place: problem.attributes[place].name)
    names = {place: f"a{number}" for number, place in enumerate(by_name)}
    return [names[place] for place in range(len(names))]


def _declared(name: str, attribute: Attribute) -> wire.Attribute:
    match attribute.type:
        case "number":
            return wire.Attribute(name=name, type="number", min=attribute.least, max=attribute.most, predictive=True)
        case "boolean":
            return wire.Attribute(name=name, type="boolean", predictive=True)
        case "category":
            return wire.Attribute(name=name, type="category", values=_values(attribute), predictive=True)


def _values(attribute: Attribute) -> list[str]:
    return [value for value in attribute.values[:MOST_VALUES] if value != OTHERS] + [OTHERS]


__all__ = ["Tree", "squarecb", "thompson"]
