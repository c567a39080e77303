"""`tradewind lab bandit` says what a learner got, or why there is nothing to say."""

import argparse
import importlib
import json
from pathlib import Path

import pytest
from tests.unit.engine.lab.made import written

from tradewind.cli import INTERRUPTED, main

TEXT = "age,plan,answer\n" + "".join(
    f"{n % 60},{'gold' if n % 3 else 'basic'},{'a' if n % 3 else 'b'}\n" for n in range(90)
)


def test_one_object_is_all_of_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, TEXT)
    assert main(["lab", "bandit", "--csv", str(path), "--target", "answer", "--seeds", "2", "--json"]) == 0
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert {"acceptance", "std", "seeds", "rows", "offers", "decide_us", "learn_us", "learner"} <= set(result)
    assert (result["seeds"], result["rows"], result["offers"], result["learner"]) == (2, 90, 2, "scorer")
    assert (result["uniform"], result["best_fixed_offer"], result["best_fixed"]) == (0.5, "a", 0.666667)
    assert "acceptance" in said.err


def test_the_table_names_the_learner_and_what_is_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["lab", "bandit", "--csv", str(written(tmp_path, TEXT)), "--target", "answer", "--learner", "fixed"]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("fixed (cheats)", "uniform", "best fixed: a", "90 rows, 2 offers, 5 passes"))


def test_a_label_is_printed_as_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, TEXT.replace(",a\n", ",[/a]\n"))
    assert main(["lab", "bandit", "--csv", str(path), "--target", "answer", "--seeds", "1"]) == 0
    assert "best fixed: [/a]" in capsys.readouterr().out


def test_every_reason_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "age,age\n1,2\n1\n")
    assert main(["lab", "bandit", "--csv", str(path), "--target", "answer"]) == 1
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 3
    assert said.out == ""


def test_a_learner_and_a_table_that_are_not_there_are_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["lab", "bandit", "--csv", str(tmp_path / "none.csv"), "--target", "answer", "--learner", "oracle"]
    assert main(arguments) == 1
    said = capsys.readouterr().err.splitlines()
    assert ["no learner is called oracle" in said[0], "there is no such file" in said[1]] == [True, True]


def test_an_interruption_while_it_is_still_loading_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    parsed = argparse.Namespace(run=lambda arguments: importlib.import_module("tradewind.cli.lab.bandit"))
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", lambda parser, given: parsed)
    monkeypatch.setattr(importlib, "import_module", interrupted)
    assert main(["--help"]) == INTERRUPTED
    assert capsys.readouterr().err == "tradewind: stopped.\n"


def test_a_learner_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["lab", "bandit", "--csv", str(written(tmp_path, TEXT)), "--target", "answer", "--learner", "oracle"]
    assert main(arguments) == 1
    assert "there are scorer, " in capsys.readouterr().err
    assert main(["lab", "learners"]) == 0
    assert "(default)" in capsys.readouterr().out


def test_a_table_that_no_memory_holds_a_learner_of_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ",".join(f"c{number}" for number in range(150))
    rows = "".join(",".join(f"v{(row * each) % 17}" for each in range(150)) + f",{row % 60}\n" for row in range(120))
    arguments = ["lab", "bandit", "--csv", str(written(tmp_path, f"{names},answer\n{rows}")), "--target", "answer"]
    assert main([*arguments, "--learner", "linear"]) == 1
    said = capsys.readouterr()
    assert "linear cannot learn from this table: 60 offers and" in said.err
    assert said.out == ""
    assert main([*arguments, "--learner", "uniform", "--seeds", "1"]) == 0


@pytest.mark.parametrize("seeds", ["0", "-1", "x"])
def test_a_number_of_passes_below_one_is_refused(seeds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["lab", "bandit", "--csv", "x", "--target", "y", f"--seeds={seeds}"])
    assert "not a number from 1 on" in capsys.readouterr().err
