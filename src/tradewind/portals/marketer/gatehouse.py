"""What the page in front of publishing says of the draft's estimate and of the gate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tradewind.crm.access import may, scope
from tradewind.crm.decisions import operations
from tradewind.crm.decisions.engine import EngineUnavailable
from tradewind.crm.decisions.gate import Held
from tradewind.crm.decisions.models import Estimate, Gate
from tradewind.crm.decisions.operations import Draft, Known
from tradewind.crm.identity.models import User
from tradewind.portals.marketer.estimates import Told, told

STEP = 25
"""Progress is said aloud so many per cent apart."""


@dataclass(frozen=True, slots=True)
class Gatehouse:
    """The draft, what is known of it, and what the gate makes of that.

    Attributes:
        told: the last result for this very draft, in words.
        outdated: the last estimate against what runs, where it was of another draft or margin.
        is_away: the engine could not say how far it is.
        refusal: why it was not asked just now.
        held: why the gate would hold the draft back, if nobody said anything.
    """

    draft: Draft
    known: Known
    told: Told | None
    outdated: Estimate | None
    is_away: bool
    refusal: str
    held: Held | None
    may_set_gate: bool

    @property
    def gate(self) -> Gate:
        return self.known.gate

    @property
    def under_way(self) -> Estimate | None:
        return self.known.under_way

    @property
    def is_asked(self) -> bool:
        """Whether this draft was asked about, whatever came of it."""
        return bool(self.known.done or self.known.under_way or self.known.unfinished)

    @property
    def asks_by_itself(self) -> bool:
        """Whether the page asks without being told to: the gate is on, and nobody has asked yet."""
        return self.gate.mode != Gate.Mode.OFF and not self.is_asked and not self.refusal

    @property
    def wants_tick(self) -> bool:
        """Whether it may be published if somebody says that it shall be, without evidence."""
        return self.held is Held.NO_EVIDENCE

    @property
    def is_worse(self) -> bool:
        return self.held is Held.WORSE

    @property
    def bars(self) -> bool:
        """Whether nothing that is said here lets it through."""
        return self.held is not None and not self.wants_tick

    @property
    def held_in_words(self) -> str:
        return operations.held_in_words(self.held) if self.held else ""

    @property
    def step(self) -> int:
        """How far it is, as it is said aloud."""
        share = self.under_way.share if self.under_way else None
        return int((share or 0.0) * 100) // STEP * STEP


def gatehouse(draft: Draft, *, user: User, now: dt.datetime, refusal: str = "") -> Gatehouse:
    """Looks how far the engine is, and puts together what the page shows."""
    known = operations.known(draft)
    is_away = False
    if known.under_way is not None:
        try:
            operations.follow(known.under_way, now=now)
        except EngineUnavailable:
            is_away = True
        if not known.under_way.is_under_way:
            known = operations.known(draft)
    found = known.done.finding if known.done else None
    return Gatehouse(
        draft=draft,
        known=known,
        told=told(found, user=user) if found else None,
        outdated=_outdated(draft, known, user=user),
        is_away=is_away,
        refusal=refusal,
        held=known.held(draft, without_evidence=False),
        may_set_gate=may(user, "gate.set"),
    )


def _outdated(draft: Draft, known: Known, *, user: User) -> Estimate | None:
    if draft.running is None or known.done or known.under_way or known.unfinished:
        return None
    return scope(user, Estimate).filter(against=draft.running).select_related("asked_by").defer("result").first()
