"""What was shown and may still be answered; what each answer is worth to the predictor.

A decision stays open for answers until its last window ends; what is unanswered then counts as ignored. It is
remembered for `KEPT_FOR` longer, so that an answer given in time but delivered late, or a correction, can still
replace what had been counted. After that it is forgotten: memory is bounded, history keeps everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import NamedTuple, Self

import msgspec

from tradewind.engine.core.dues import Dues
from tradewind.engine.core.instants import DAY, MINUTE
from tradewind.engine.core.packing import Packed, Unpackable, packed_ints, unpacked_ints
from tradewind.engine.core.predictors.evidence import MICRO, NOTHING, Evidence

KEPT_FOR = 30 * DAY

PRESENTED = "presented"
SKIPPED = "skipped"
IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A kind of response: `reward` in millionths, `window` in microseconds after the presentation."""

    name: str
    reward: int
    final: bool
    window: int

    @property
    def reaction(self) -> str | None:
        """What contact policies count it as: a final outcome is accepted with a reward, else rejected.

        What is built in is neither: an offer that was skipped or ignored was not rejected.
        """
        if not self.final or self.name in (PRESENTED, SKIPPED, IGNORED):
            return None
        return "accepted" if self.reward > 0 else "rejected"


BUILT_IN = (
    Outcome(PRESENTED, reward=0, final=False, window=3 * DAY),
    Outcome(SKIPPED, reward=0, final=True, window=3 * DAY),
    Outcome(IGNORED, reward=0, final=True, window=3 * DAY),
)
"""Outcomes that every publication has, declared or not."""


IGNORANCE = Evidence(shown=1)
"""What an offer adds to its leaf that was shown and ignored."""


class Sort(NamedTuple):
    """What many presentations have in common: the offer, its group then, and the root of its profile.

    `cost` is what an acceptance takes from the offer's budget, in millionths.
    """

    offer: str
    group: str
    root: int
    cost: int


class Presentation(msgspec.Struct, array_like=True, gc=False):
    """One offer of one decision, `sort` being a number in `OpenDecisions`, and what was answered so far.

    `reaction` is the customer's acceptance or reject as the contact policies count it, and when it occurred.
    What it has added to its leaf is its evidence after the last fact about it; `entry` is the number under which
    its root keeps that, below zero before there was any. `agent` is a number of `Agents`; `expected` was the chance,
    and `shift` what of the reward is due to the agent, in millionths: they stand while it counts.
    `judged` has the bands of what its offer's profiles and scorer had expected, below zero where that was not judged.
    """

    sort: int
    presented: bool
    final: str | None = None
    outcomes: dict[str, int] = {}
    reaction: tuple[str, int] | None = None
    entry: int = -1
    agent: int = 0
    expected: int = 0
    shift: int = 0
    judged: int = -1

    def answer(self, outcome: Outcome) -> None:
        """Take an outcome in; staged ones add up, the final one ends it. A skip is not a contact."""
        self.presented = self.presented or outcome.name != SKIPPED
        if outcome.name != PRESENTED:
            self.outcomes[outcome.name] = outcome.reward
        if outcome.final:
            self.final = outcome.name

    def correct(self, outcome: Outcome) -> None:
        """Take every earlier outcome back, then take this one in."""
        self.outcomes.clear()
        self.final = None
        self.answer(outcome)

    @property
    def is_unanswered(self) -> bool:
        """Whether nothing was said of what was shown: once its window closes, it was ignored."""
        return self.presented and not self.outcomes

    def evidence(self, *, closed: bool) -> Evidence:
        """What the leaf should hold of it: nothing while unanswered in its window, and nothing once skipped."""
        if self.is_unanswered:
            return NOTHING if not closed else Evidence(1, 0, -self.shift) if self.shift else IGNORANCE
        if not self.presented or self.final == SKIPPED:
            return NOTHING
        accepted = self.final is not None and self.outcomes[self.final] > 0
        return Evidence(1, int(accepted), min(MICRO, sum(self.outcomes.values())) - self.shift)


class OpenDecision(msgspec.Struct, array_like=True, gc=False):
    """A decision that may still be answered; `channel` and `outcomes` are numbers in `OpenDecisions`.

    `bins` are those it was shown with, a byte for each attribute that `Samples` had numbered by then; `agent` is the
    number that `Agents` has for whoever put it before the customer.
    """

    subject: str
    channel: int
    shown_at: int
    session_started_at: int
    closes_at: int
    forgotten_at: int
    outcomes: int
    offers: list[Presentation]
    closed: bool = False
    bins: bytes = b""
    agent: int = 0


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(OpenDecision).decode


class OpenDecisions:
    """Every decision that may still be answered, by token, and when each is due to close and be forgotten.

    A decision is kept as a row of some hundred bytes and read when it is asked for; `put` keeps what was changed.
    What many have in common is kept once: sorts of presentations, channels, and publications' outcomes.
    """

    def __init__(self) -> None:
        self._rows: dict[str, bytes] = {}
        self._closing = Dues(MINUTE)
        self._closed = Dues(MINUTE)
        self._sorts: dict[Sort, int] = {}
        self._sort_of: list[Sort] = []
        self._fresh: dict[tuple[str, str, int, int, bool], Presentation] = {}
        self._channels: dict[str, int] = {}
        self._channel_of: list[str] = []
        self._outcomes: list[Mapping[str, Outcome]] = []
        self._longest: list[int] = []

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, decision: str) -> OpenDecision | None:
        """The decision of a token; None where it is not known or can no longer be answered."""
        row = self._rows.get(decision)
        return None if row is None else _decode(row)

    def presentation(self, decision: OpenDecision, offer: str) -> Presentation | None:
        """The presentation of an offer in a decision; None where the decision did not show it."""
        for presentation in decision.offers:
            if self._sort_of[presentation.sort].offer == offer:
                return presentation
        return None

    def sort(self, presentation: Presentation) -> Sort:
        """Its offer, group and root."""
        return self._sort_of[presentation.sort]

    def sort_of(self, number: int) -> Sort:
        """The sort that has a number."""
        return self._sort_of[number]

    def channel(self, decision: OpenDecision) -> str:
        """Where it was made for."""
        return self._channel_of[decision.channel]

    def outcomes(self, decision: OpenDecision) -> Mapping[str, Outcome]:
        """The outcomes of the publication it was made with."""
        return self._outcomes[decision.outcomes]

    def open(
        self,
        token: str,
        *,
        subject: str,
        channel: str,
        at: int,
        shown_at: int,
        session_started_at: int,
        outcomes: Mapping[str, Outcome],
        offers: list[Presentation],
        bins: bytes = b"",
        agent: int = 0,
    ) -> None:
        """Keep a decision under its token until it is forgotten; `offers` are `fresh`, `at` is history time."""
        number = self._number_of_outcomes(outcomes)
        closes_at = shown_at + self._longest[number]
        decision = OpenDecision(
            subject, self._number_of_channel(channel), shown_at, session_started_at,
            closes_at, max(closes_at, at) + KEPT_FOR, number, offers,
            bins=bins, agent=agent,
        )  # fmt: skip
        self._rows[token] = _encode(decision)
        self._closing.add(closes_at - 1, token)

    def fresh(self, offer: str, group: str, root: int, cost: int, *, presented: bool) -> Presentation:
        """A presentation of this sort of which nothing was said yet: one object for all of them, to be kept only."""
        key = (offer, group, root, cost, presented)
        found = self._fresh.get(key)
        if found is None:
            number = self._number_of_sort(Sort(offer, group, root, cost))
            found = self._fresh[key] = Presentation(number, presented)
        return found

    def put(self, token: str, decision: OpenDecision) -> None:
        """Keep what was changed in a decision."""
        self._rows[token] = _encode(decision)

    def have_ended(self, now: int) -> bool:
        """Whether there may be a decision to close at `now`; the minute in which it ends has passed."""
        return (self._closing.earliest + 1) * MINUTE <= now

    def close(self, up_to: int) -> Iterator[OpenDecision]:
        """Close every decision whose last window ended at or before `up_to`, and give those just closed.

        They come in the order of the minutes in which they end, then of opening; what is changed in one before the
        next is taken is kept.
        """
        for token, decision in self._due(self._closing, up_to):
            if decision.closes_at > up_to:
                self._closing.add(_due_at(decision), token)
                continue
            decision.closed = True
            self._closed.add(_due_at(decision), token)
            yield decision
            self._rows[token] = _encode(decision)
        for token, decision in self._due(self._closed, up_to):
            if decision.forgotten_at > up_to:
                self._closed.add(_due_at(decision), token)
            else:
                del self._rows[token]

    def listed(self) -> Iterator[object]:
        """Everything open, sorted by token: what the state's digest covers."""
        return (
            [
                token, d.subject, self.channel(d), d.shown_at, d.session_started_at,
                d.closes_at, d.forgotten_at, d.closed, d.bins.hex(), d.agent,
                sorted(
                    [self.sort(p).offer, p.presented, p.final, sorted(p.outcomes.items()), p.reaction, p.entry,
                     p.agent, p.expected, p.shift, p.judged]
                    for p in d.offers
                ),
            ]
            for token, d in self._decoded(sorted(self._rows))
        )  # fmt: skip

    def packed(self) -> Packed:
        """For a snapshot."""
        return [
            [list(sort) for sort in self._sort_of],
            self._channel_of,
            [[list(astuple(outcome)) for outcome in outcomes.values()] for outcomes in self._outcomes],
            self._rows,
            packed_ints([each for _, decision in self._decoded(self._rows) for each in _lies(decision)]),
        ]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        kept = cls()
        sorts, channels, outcomes, kept._rows, due = packed
        for sort in sorts:
            kept._number_of_sort(Sort(*sort))
        for channel in channels:
            kept._number_of_channel(channel)
        for one in outcomes:
            kept._number_of_outcomes({each[0]: Outcome(*each) for each in one})
        names, (instants, closed) = list(kept._rows), unpacked_ints(due, width=2).T
        if len(names) != len(instants):
            raise Unpackable("decisions without an instant")
        kept._closing = Dues.of(MINUTE, instants, names, closed == 0)
        kept._closed = Dues.of(MINUTE, instants, names, closed > 0)
        return kept

    def _number_of_sort(self, sort: Sort) -> int:
        """The number of a sort of presentation, which may be new."""
        number = self._sorts.get(sort)
        if number is None:
            number = self._sorts[sort] = len(self._sort_of)
            self._sort_of.append(sort)
        return number

    def _number_of_channel(self, channel: str) -> int:
        """The number of a channel, which may be new."""
        number = self._channels.get(channel)
        if number is None:
            number = self._channels[channel] = len(self._channel_of)
            self._channel_of.append(channel)
        return number

    def _number_of_outcomes(self, outcomes: Mapping[str, Outcome]) -> int:
        """The number of a publication's outcomes; equal ones share it."""
        for number in range(len(self._outcomes) - 1, -1, -1):
            if self._outcomes[number] is outcomes or self._outcomes[number] == outcomes:
                return number
        self._outcomes.append(outcomes)
        self._longest.append(max(outcome.window for outcome in outcomes.values()))
        return len(self._outcomes) - 1

    def _decoded(self, tokens: Iterable[str]) -> Iterator[tuple[str, OpenDecision]]:
        rows = self._rows
        return ((token, _decode(rows[token])) for token in tokens)

    def _due(self, dues: Dues, up_to: int) -> Iterator[tuple[str, OpenDecision]]:
        """What may be due, taken out of `dues`."""
        if dues.earliest * MINUTE >= up_to:
            return iter(())
        return self._decoded(dues.before(-(-up_to // MINUTE)))


def _lies(decision: OpenDecision) -> tuple[int, bool]:
    """Under which instant it lies among which dues."""
    return _due_at(decision), decision.closed


def _due_at(decision: OpenDecision) -> int:
    """Under which instant it lies among the dues: a microsecond early, so that a whole minute is due at its end."""
    return (decision.forgotten_at if decision.closed else decision.closes_at) - 1
