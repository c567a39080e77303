"""A draft publication over the history of an engine that runs beside it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engines import RunningEngine
from tests.integration.engine.test_lab import lively
from tests.publications import offer

from tradewind.cli import main
from tradewind.engine import wire
from tradewind.engine.core.offers import compile_publication
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.lab.replaying import decisions_of
from tradewind.engine.lab.supposing import what_if


def current(engine: RunningEngine) -> dict[str, Any]:
    document = dict(engine.call("GET", "/v1/publications/current").json)
    del document["digest"]
    return document


def compiled(document: dict[str, Any]) -> CompiledPublication:
    publication, faults, _ = compile_publication(msgspec.convert(document, wire.Publication))
    assert publication is not None, faults
    return publication


def test_the_publication_in_force_would_have_shown_what_was_shown(engine: RunningEngine) -> None:
    lively(engine, customers=130, control=0.0)
    found = what_if(engine.data, compiled(current(engine)))
    assert found.shown == found.was_shown
    assert (found.decisions, found.compared, found.empty, found.unsupported) == (130, 130, 0, 0.0)
    assert found.effective == pytest.approx(130.0)
    assert found.acceptance is not None
    assert found.acceptance.point == pytest.approx(found.logged)
    assert found.gain is not None
    assert found.gain.point == pytest.approx(0.0)
    assert found.gain.low <= 0.0 <= found.gain.high
    assert found.verdict == "not enough evidence"


def test_a_draft_without_the_good_offers_is_worse_and_history_is_not_touched(engine: RunningEngine) -> None:
    lively(engine, customers=800)
    draft = copy.deepcopy(current(engine))
    draft["offers"] = [each for each in draft["offers"] if each["id"] in {"notice", "c"}]
    draft["offers"][1]["group"] = "another"
    found = what_if(engine.data, compiled(draft), placement="desk")
    assert set(found.shown) == {"notice", "c"}
    assert found.acceptance is not None
    assert found.acceptance.low < 0.25 < found.acceptance.high
    assert found.verdict == "worse"
    tally = decisions_of(engine.data)
    assert (tally.differing, tally.reproduced) == (0, 800)


def test_of_offers_that_were_never_shown_nothing_is_known(engine: RunningEngine) -> None:
    lively(engine, customers=30, control=0.0)
    draft = copy.deepcopy(current(engine))
    draft["offers"] = [offer("brand-new")]
    found = what_if(engine.data, compiled(draft))
    assert found.shown == {"brand-new": 30}
    assert (found.acceptance, found.gain, found.verdict) == (None, None, "not enough evidence")
    assert found.unsupported == 1.0


def test_a_draft_without_the_placement_or_without_offers_says_so(engine: RunningEngine) -> None:
    lively(engine, customers=5, control=0.0)
    draft = copy.deepcopy(current(engine))
    empty = what_if(engine.data, compiled({**draft, "offers": []}))
    assert (empty.empty, empty.decisions, empty.unsupported) == (5, 5, 1.0)
    draft["placements"], draft["events"] = draft["placements"][1:], draft["events"][1:]
    draft["offers"] = []
    assert what_if(engine.data, compiled(draft)).left.no_placement == 5


def test_the_command_prints_a_verdict_or_every_fault(
    engine: RunningEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lively(engine, customers=20)
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(current(engine)), encoding="utf-8")
    arguments = ["lab", "what-if", "--data", str(engine.data), "--publication", str(path)]
    assert main([*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["verdict"] == "not enough evidence"
    assert sum(each["would_be_shown"] for each in result["offers"]) > 0
    assert main(arguments) == 0
    assert "Verdict: not enough evidence" in capsys.readouterr().out
    broken = {**current(engine), "time_zone": "Mars", "offers": [offer("x", eligibility="nonsense(")]}
    path.write_text(json.dumps(broken), encoding="utf-8")
    assert main(arguments) == 1
    assert len(capsys.readouterr().err.splitlines()) >= 2
