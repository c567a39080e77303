"""When the gate holds a draft back: pure, so that the operation, the page and the tests ask the same rule."""

from __future__ import annotations

from enum import StrEnum

from tradewind.crm.decisions.finding import Verdict
from tradewind.crm.decisions.models.gate import Gate


class Held(StrEnum):
    """Why a draft is held back."""

    MISSING = "missing"
    """It was not estimated as it stands."""
    UNDER_WAY = "under way"
    WORSE = "worse"
    NO_EVIDENCE = "no evidence"
    """Nobody said that it shall be published all the same."""


def held(mode: str, *, verdict: str, is_under_way: bool, without_evidence: bool) -> Held | None:
    """Why the gate holds a draft back, or None where it may pass.

    Args:
        mode: the gate's, one of `Gate.Mode`.
        verdict: that of the last estimate of this very draft, with this margin; empty where there is none.
        is_under_way: one is being made.
        without_evidence: somebody says that it shall be published although nobody knows.

    >>> held("hold", verdict="worse", is_under_way=False, without_evidence=True).value
    'worse'
    >>> held("show", verdict="worse", is_under_way=False, without_evidence=False) is None
    True
    """
    if mode != Gate.Mode.HOLD:
        return None
    if not verdict:
        return Held.UNDER_WAY if is_under_way else Held.MISSING
    if verdict == Verdict.WORSE:
        return Held.WORSE
    if verdict == Verdict.NO_EVIDENCE and not without_evidence:
        return Held.NO_EVIDENCE
    return None
