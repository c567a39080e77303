"""The gate in front of publishing: what was estimated of this very draft, and whether it may pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions.gate import Held, held
from tradewind.crm.decisions.models import Estimate, Gate
from tradewind.crm.decisions.operations.drafting import Draft
from tradewind.crm.decisions.operations.refusing import PublishHeld
from tradewind.crm.identity.models import User


@dataclass(frozen=True, slots=True)
class Known:
    """What was estimated of a draft with the gate as it is: the last result, and the question under way."""

    gate: Gate
    done: Estimate | None
    under_way: Estimate | None
    unfinished: Estimate | None
    """The last one, where it failed or was lost."""

    def held(self, draft: Draft, *, without_evidence: bool) -> Held | None:
        """Why the gate holds the draft back. The first publication has nothing to be compared with, so it passes."""
        if draft.running is None or not draft.is_new:
            return None
        return held(
            self.gate.mode,
            verdict=self.done.verdict if self.done else "",
            is_under_way=self.under_way is not None,
            without_evidence=without_evidence,
        )

    def passed(self, draft: Draft, *, without_evidence: bool) -> Passed:
        """What is kept of it. A tick that nobody asked for is not."""
        was_needed = self.held(draft, without_evidence=False) is Held.NO_EVIDENCE
        return Passed(self.done, without_evidence and was_needed)


@dataclass(frozen=True, slots=True)
class Passed:
    """What a publication keeps of how it passed the gate."""

    estimate: Estimate | None
    without_evidence: bool

    @property
    def detail(self) -> dict[str, Any]:
        """The same for the audit trail."""
        told: dict[str, Any] = {"verdict": self.estimate.verdict} if self.estimate else {}
        return {**told, "without_evidence": True} if self.without_evidence else told


UNASKED: Final = Passed(None, without_evidence=False)
"""What was found running in the engine passed no gate of ours."""


def known(draft: Draft) -> Known:
    """What the gate knows of a draft, in two queries."""
    gate = Gate.objects.in_force()
    asked = draft.estimates(gate)
    last = asked[0] if asked else None
    return Known(
        gate=gate,
        done=next((each for each in asked if each.status == Estimate.Status.DONE), None),
        under_way=next((each for each in asked if each.is_under_way), None),
        unfinished=last if last and last.status in {Estimate.Status.FAILED, Estimate.Status.LOST} else None,
    )


def pass_gate(draft: Draft, *, without_evidence: bool) -> Passed:
    """Lets a draft through the gate.

    Raises:
        PublishHeld: the gate holds it back.
    """
    found = known(draft)
    why = found.held(draft, without_evidence=without_evidence)
    if why is not None:
        raise PublishHeld(why)
    return found.passed(draft, without_evidence=without_evidence)


def set_gate(*, mode: str, margin: float, actor: User, now: datetime) -> Gate:
    """Sets the gate from now on; the rows before it stay. Setting it as it is changes nothing.

    Args:
        margin: how much less acceptance still counts as not worse, 0 to 1.
    """
    last = Gate.objects.first()
    if last is not None and (last.mode, last.margin) == (mode, margin):
        return last
    before = Gate.objects.in_force()
    with transaction.atomic():
        gate = Gate.objects.create(mode=mode, margin=margin, set_at=now, set_by=actor)
        Activity.objects.create(
            verb="gate.set",
            actor=actor,
            happened_at=now,
            subject=mode,
            detail={"mode": [before.mode, mode], "margin": [before.margin, margin]},
        )
    return gate
