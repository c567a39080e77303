"""Who waits for data sources together is still decided within the budget."""

from __future__ import annotations

import pytest

from tradewind.engine.service.reserve import Reserve


def test_who_waits_alone_gets_nearly_the_whole_budget() -> None:
    reserve = Reserve(decided_in_s=0.0005)
    with reserve.one_more():
        assert reserve.of(0.080) == pytest.approx(0.0015)


def test_who_comes_later_waits_shorter_by_what_the_others_take() -> None:
    reserve = Reserve(decided_in_s=0.0001)
    kept = []
    for _ in range(35):
        reserve.waiting += 1
        kept.append(reserve.of(0.080))
    assert kept == sorted(kept)
    assert kept[-1] - kept[4] == pytest.approx(30 * (0.0001 + 0.001))


def test_who_comes_behind_a_crowd_that_takes_half_of_the_budget_waits_for_nobody() -> None:
    reserve = Reserve(decided_in_s=0.001)
    reserve.waiting = 20
    assert reserve.of(0.080) == pytest.approx(0.040)
    reserve.waiting = 21
    assert reserve.of(0.080) == 0.080
    reserve.waiting = 1000
    assert reserve.of(0.080) == 0.080


def test_a_fault_while_waiting_leaves_nobody_waiting() -> None:
    reserve = Reserve()
    with pytest.raises(RuntimeError), reserve.one_more():
        raise RuntimeError
    assert reserve.waiting == 0


def test_one_slow_decision_changes_the_estimate_little() -> None:
    reserve = Reserve(decided_in_s=0.001)
    reserve.decided(0.101)
    assert reserve.decided_in_s == pytest.approx(0.006)
