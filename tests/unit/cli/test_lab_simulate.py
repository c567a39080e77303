"""`tradewind lab simulate` shows a learner beside the truth."""

import json

import pytest

from tradewind.cli import main


def test_each_world_has_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "simulate", "--rows", "800", "--seeds", "1", "--learner", "uniform", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [each["world"] for each in result["worlds"]] == ["steady", "drift", "arrivals", "agents", "teams"]
    for each in result["worlds"]:
        assert each["uniform"] < each["best"]
        assert each["covered"] == {"ips": 1, "snips": 1, "dr": 1}
    assert "recovered_after" in result["worlds"][1]
    assert len(result["worlds"][2]["fifty_shows_in_uniform_shares"]) == 3


def test_who_cheats_cannot_live_in_a_world_and_a_world_has_a_least_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "simulate", "--learner", "fixed", "--rows", "10"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_every_world_of_the_table_may_be_named_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["lab", "simulate", "--rows", "800", "--seeds", "1", "--learner", "uniform", "--json"]
    assert main([*arguments, "--world", "teams"]) == 0
    assert [each["world"] for each in json.loads(capsys.readouterr().out)["worlds"]] == ["teams"]
    assert main(["lab", "simulate", "--world", "mars", "--learner", "nobody", "--rows", "1"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert "no world is called mars; there are steady, drift, arrivals, agents, teams" in said[1]
