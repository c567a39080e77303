"""`tradewind lab ope` estimates, or refuses and says why."""

import json
from pathlib import Path

import pytest
from tests.unit.engine.lab.made import written

from tradewind.cli import main


def log(size: int) -> str:
    return "chosen,reward,probability\n" + "".join(f"{'ab'[n % 2]},{int(n % 4 == 0)},0.5\n" for n in range(size))


def test_a_log_gives_three_estimates_with_intervals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "ope", str(written(tmp_path, log(1000))), "--policy", "always:a", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["policy"], result["size"], result["effective_size"]) == ("always:a", 1000, 500.0)
    for name in ("ips", "snips", "dr"):
        assert result[name]["low"] < 0.5 < result[name]["high"]


def test_an_offer_is_printed_as_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = log(1000).replace("a,", "[/a],").replace("probability", "p")
    arguments = ["lab", "ope", str(written(tmp_path, text)), "--policy", "always:[/a]", "--probability", "p"]
    assert main(arguments) == 0
    assert "always:[/a], from 1,000 choices" in capsys.readouterr().out


def test_probabilities_next_to_nothing_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for probability in ("1e-300", "5e-324"):
        text = log(1000).replace("0.5", probability)
        assert main(["lab", "ope", str(written(tmp_path, text)), "--policy", "uniform"]) == 1
        assert "the logged probabilities are too small" in capsys.readouterr().err


def test_without_enough_evidence_nothing_is_estimated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "ope", str(written(tmp_path, log(60))), "--policy", "always:a"]) == 1
    said = capsys.readouterr()
    assert "not enough evidence" in said.err
    assert said.out == ""


def test_what_belongs_to_a_history_is_not_passed_over_in_silence_for_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["lab", "ope", str(written(tmp_path, log(1000))), "--policy", "uniform"]
    for more in (["--rank", "2"], ["--placement", "desk"], ["--since", "7"]):
        assert main([*arguments, *more]) == 1
        assert "not about a file" in capsys.readouterr().err
    assert main(["lab", "ope", "--data", str(tmp_path), "--policy", "uniform", "--reward", "won"]) == 1
    assert "name columns of a file" in capsys.readouterr().err
    assert main(["lab", "ope", "--data", str(tmp_path), "--policy", "uniform", "--predicted", "q_*"]) == 1
    assert "predictions of its own" in capsys.readouterr().err


def test_dr_is_the_narrower_the_better_the_predictions_of_the_log_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every second customer accepts whatever it is, and the predictions know who."""
    lines = [f"{'ab'[n // 2 % 2]},{n % 2},0.5,{n % 2},{n % 2}" for n in range(1000)]
    path = written(tmp_path, "\n".join(["chosen,reward,probability,q_a,q_b", *lines]))
    width = {}
    for more in ((), ("--predicted", "q_*")):
        assert main(["lab", "ope", str(path), "--policy", "always:a", *more, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)["dr"]
        assert found["low"] < 0.5 < found["high"]
        width[more] = found["high"] - found["low"]
    assert width["--predicted", "q_*"] < 0.8 * width[()]
