"""The rule of the gate: what is held back, and for what."""

import pytest

from tradewind.crm.decisions.finding import Verdict
from tradewind.crm.decisions.gate import Held, held
from tradewind.crm.decisions.models import Gate

HOLD = Gate.Mode.HOLD


@pytest.mark.parametrize("mode", [Gate.Mode.OFF, Gate.Mode.SHOW])
@pytest.mark.parametrize("verdict", ["", *Verdict])
def test_only_a_gate_that_holds_holds(mode: str, verdict: str) -> None:
    assert held(mode, verdict=verdict, is_under_way=False, without_evidence=False) is None


@pytest.mark.parametrize("verdict", [Verdict.BETTER, Verdict.NOT_WORSE])
def test_what_does_no_worse_passes(verdict: str) -> None:
    assert held(HOLD, verdict=verdict, is_under_way=False, without_evidence=False) is None


@pytest.mark.parametrize("without_evidence", [False, True])
@pytest.mark.parametrize(
    ("verdict", "is_under_way", "why"),
    [("", False, Held.MISSING), ("", True, Held.UNDER_WAY), (Verdict.WORSE, False, Held.WORSE)],
)
def test_no_tick_opens_the_gate_for_what_is_worse_or_was_not_estimated(
    verdict: str, is_under_way: bool, why: Held, without_evidence: bool
) -> None:
    assert held(HOLD, verdict=verdict, is_under_way=is_under_way, without_evidence=without_evidence) is why


def test_without_evidence_somebody_has_to_say_so() -> None:
    assert held(HOLD, verdict=Verdict.NO_EVIDENCE, is_under_way=False, without_evidence=False) is Held.NO_EVIDENCE
    assert held(HOLD, verdict=Verdict.NO_EVIDENCE, is_under_way=False, without_evidence=True) is None


def test_the_last_result_counts_while_another_is_being_made() -> None:
    assert held(HOLD, verdict=Verdict.BETTER, is_under_way=True, without_evidence=False) is None
    assert held(HOLD, verdict=Verdict.WORSE, is_under_way=True, without_evidence=False) is Held.WORSE
