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


def test_predictions_of_the_log_take_the_place_of_running_means(tmp_path: Path) -> None:
    head, *lines = TEXT.split()
    text = "\n".join([f"{head},q_b,q_a", *(f"{line},{b},{a}" for line, b, a in zip(lines, "101", "010", strict=True))])
    log = read_log(written(tmp_path, text), Columns("chosen", "reward", "probability", "p_*", "q_*"))
    assert log.predicted is not None
    assert log.predicted.tolist() == [0.0, 0.0, 0.0]
    assert log.expected is not None
    assert log.expected.tolist() == [0.8, 0.2, 0.8]


@pytest.mark.parametrize(
    ("policy", "predicted", "said"),
    [
        ("p_*", "q_*", "no column is called q_a, q_b"),
        ("p_*", "new", "new is no beginning of columns, such as q_*: the prediction for each offer is needed"),
        ("new", "p_*", "predictions are of no use with new, which says nothing of the other offers"),
    ],
)
def test_predictions_that_cannot_be_used_are_refused(tmp_path: Path, policy: str, predicted: str, said: str) -> None:
    with pytest.raises(UnusableFile) as refused:
        read_log(written(tmp_path, TEXT), Columns("chosen", "reward", "probability", policy, predicted))
    assert refused.value.faults == (said,)


def test_a_prediction_is_a_reward(tmp_path: Path) -> None:
    text = TEXT.replace("p_b", "p_b,q_a,q_b").replace("0.8\n", "0.8,1.5,x\n")
    with pytest.raises(UnusableFile) as refused:
        read_log(written(tmp_path, text), Columns("chosen", "reward", "probability", "p_*", "q_*"))
    assert refused.value.faults == (
        "q_a is no number from 0 to 1 in line 2, 3, 4",
        "q_b is no number from 0 to 1 in line 2, 3, 4",
    )


def test_named_policies_need_no_column(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT)
    assert read_log(path, columns("uniform")).evaluated.tolist() == [0.5, 0.5, 0.5]
    assert read_log(path, columns("always:b")).evaluated.tolist() == [0.0, 1.0, 0.0]


def test_predictions_know_the_past_alone() -> None:
    vectors = np.array([[1.0, 0.0], [0.5, 0.5], [1.0, 0.0]])
    predicted, expected = running_means(np.array([0, 0, 1]), np.array([1.0, 1.0, 0.0]), vectors)
    assert predicted.tolist() == [0.5, 2 / 3, 0.5]
    assert expected.tolist() == pytest.approx([0.5, (2 / 3 + 0.5) / 2, 0.75])


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


def test_names_of_offers_have_no_blanks_around_them_and_none_is_empty(tmp_path: Path) -> None:
    spaced = TEXT.replace("b,", " b ,")
    assert read_log(written(tmp_path, spaced), columns("always:b")).evaluated.tolist() == [0.0, 1.0, 0.0]
    assert faults(written(tmp_path, TEXT.replace("\nb,", "\n,")), "uniform") == ("chosen is empty in line 3",)


def test_a_wrong_column_for_the_offers_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    text = "chosen,reward,probability\n" + "".join(f"row-{number},1,0.5\n" for number in range(1_001))
    assert faults(written(tmp_path, text), "uniform") == ("chosen has 1,001 offers, 1,000 at most can be told apart",)


def test_an_unknown_column_of_offers_is_told_once(tmp_path: Path) -> None:
    (said,) = faults(written(tmp_path, TEXT.replace("chosen", "offer")), "always:a")
    assert said.startswith("no column is called chosen")
