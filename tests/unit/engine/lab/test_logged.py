"""Logs in files, whatever their columns are called."""

from pathlib import Path

import numpy as np
import pytest
from tests.unit.engine.lab.made import written

from tradewind.engine.lab.logged import Columns, read_log, running_means
from tradewind.engine.lab.tables import UnusableFile

TEXT = "chosen,reward,probability,new,p_a,p_b\na,1,0.5,0.2,0.2,0.8\nb,0,0.5,0.8,0.2,0.8\na,0,0.25,0.2,0.2,0.8\n"


def columns(policy: str) -> Columns:
    return Columns("chosen", "reward", "probability", policy)


def faults(path: Path, policy: str) -> tuple[str, ...]:
    with pytest.raises(UnusableFile) as refused:
        read_log(path, columns(policy))
    return refused.value.faults


def test_the_probability_of_the_choice_is_enough_but_for_dr(tmp_path: Path) -> None:
    log = read_log(written(tmp_path, TEXT), columns("new"))
    assert log.rewards.tolist() == [1.0, 0.0, 0.0]
    assert log.weights.tolist() == [0.4, 1.6, 0.8]
    assert log.expected is None


def test_a_vector_gives_predictions_too(tmp_path: Path) -> None:
    log = read_log(written(tmp_path, TEXT), columns("p_*"))
    assert log.evaluated.tolist() == [0.2, 0.8, 0.2]
    assert log.predicted is not None
    assert log.predicted.tolist() == [0.5, 0.5, 2 / 3]
    assert log.expected is not None
    assert log.expected[2] == pytest.approx(0.2 * 2 / 3 + 0.8 / 3)


def test_named_policies_need_no_column(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT)
    assert read_log(path, columns("uniform")).evaluated.tolist() == [0.5, 0.5, 0.5]
    assert read_log(path, columns("always:b")).evaluated.tolist() == [0.0, 1.0, 0.0]


def test_predictions_know_the_past_alone() -> None:
    means = running_means(np.array([0, 0, 1]), np.array([1.0, 1.0, 0.0]), 2)
    assert means.tolist() == [[0.5, 0.5], [2 / 3, 0.5], [0.75, 0.5]]


def test_every_fault_is_told_with_its_lines(tmp_path: Path) -> None:
    assert faults(written(tmp_path, TEXT), "always:c") == ("c was never chosen; there are a, b",)
    assert faults(written(tmp_path, TEXT), "q_*") == ("no column is called q_a, q_b",)
    assert "is no column" in faults(written(tmp_path, TEXT), "better")[0]
    assert "no column is called reward" in faults(written(tmp_path, TEXT.replace("reward", "won")), "new")[0]
    wrong = "chosen,reward,probability,new\na,2,0,0.5\nb,x,0.5,nan\n"
    assert faults(written(tmp_path, wrong), "new") == (
        "reward is no number from 0 to 1 in line 2, 3",
        "probability is no number above 0 and at most 1 in line 2",
        "new is no number from 0 to 1 in line 3",
    )
    sums = "chosen,reward,probability,p_a,p_b\na,1,0.5,0.5,0.1\nb,1,0.5,0.5,0.5\n"
    assert faults(written(tmp_path, sums), "p_*") == ("the probabilities of the policy do not sum to 1 in line 2",)
