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
