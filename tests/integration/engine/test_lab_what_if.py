"""A draft publication over the history of an engine that runs beside it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engines import RunningEngine
from tests.integration.engine.test_lab import answered, lively, offers
from tests.publications import ATTRIBUTES, offer

from tradewind.cli import main
from tradewind.engine import wire
from tradewind.engine.core.events import OffersDecided
from tradewind.engine.core.offers import compile_publication
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.core.reproducing import differences
from tradewind.engine.lab.answers import Answers
from tradewind.engine.lab.judging import Left, Met, go_through
from tradewind.engine.lab.replaying import decisions_of
from tradewind.engine.lab.supposing import _Supposing, what_if


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


def test_with_a_margin_the_publication_in_force_is_not_worse(engine: RunningEngine) -> None:
    lively(engine, customers=130, control=0.0)
    draft = compiled(current(engine))
    without = what_if(engine.data, draft)
    assert without.gain is not None
    assert without.gain.low < 0.0
    assert what_if(engine.data, draft, margin=-without.gain.low).verdict == "not worse"
    assert what_if(engine.data, draft, margin=-without.gain.low / 2).verdict == "not enough evidence"


def test_scorers_that_nobody_had_then_are_said_to_be_lacking(engine: RunningEngine) -> None:
    lively(engine, customers=20, control=0.0)
    draft = copy.deepcopy(current(engine))
    for placement in draft["placements"]:
        placement["exploration"]["ranked_by"] = "scorer"
    found = what_if(engine.data, compiled(draft))
    assert (found.ranked_by_profiles, found.shown) == (20, found.was_shown)
    since = int(engine.publish({**draft, "number": 2}).json["position"])
    assert engine.event(customer="next", session="next", attributes=ATTRIBUTES).status == 200
    draft["offers"].append(offer("newcomer", group="things"))
    assert what_if(engine.data, compiled(draft), since=since).ranked_by_profiles == 1
    draft["offers"].pop()
    again = what_if(engine.data, compiled(draft), since=since)
    assert (again.ranked_by_profiles, again.decisions) == (0, 1)


def test_what_came_behind_the_last_position_is_left_aside(engine: RunningEngine) -> None:
    lively(engine, customers=10, control=0.0)
    until = engine.head
    engine.event(customer="later", session="later", attributes=ATTRIBUTES)
    draft = compiled(current(engine))
    assert what_if(engine.data, draft, until=until).decisions == 10
    assert what_if(engine.data, draft).decisions == 11


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
    assert (result["verdict"], result["margin"]) == ("not enough evidence", 0.0)
    assert sum(each["would_be_shown"] for each in result["offers"]) > 0
    assert main(arguments) == 0
    assert "Verdict: not enough evidence, with a margin of 0 %" in capsys.readouterr().out
    for margin in ("2", "-0.1", "nan", "much"):
        with pytest.raises(SystemExit):
            main([*arguments, "--margin", margin])
        assert "is not a number from 0 to 1" in capsys.readouterr().err
    broken = {**current(engine), "time_zone": "Mars", "offers": [offer("x", eligibility="nonsense(")]}
    path.write_text(json.dumps(broken), encoding="utf-8")
    assert main(arguments) == 1
    assert len(capsys.readouterr().err.splitlines()) >= 2


class Erasing:
    """A judge on whose way the customer of the last decision that is left is erased after each that is met."""

    def __init__(self, engine: RunningEngine, customers: int) -> None:
        self.answers = Answers()
        self.left = Left()
        self.met = 0
        self._engine = engine
        self._customers = customers

    def concerns(self, decided: OffersDecided) -> bool:
        return bool(decided.shown)

    def meet(self, met: Met) -> None:
        self.met += 1
        erased = self._engine.call("DELETE", f"/v1/customers/c-{self._customers - self.met}")
        assert erased.status == 200


def test_whoever_is_erased_before_their_decision_is_met_is_erased_to_it(engine: RunningEngine) -> None:
    lively(engine, customers=10, control=0.0)
    judge = Erasing(engine, 10)
    go_through(engine.data, judge, since=0, tell=lambda at, of: None)
    assert (judge.met, judge.left.erased) == (5, 5)


class Comparing(_Supposing):
    """Notes what differs in each decision that is made again on the way of a draft."""

    __slots__ = ("differing",)

    def meet(self, met: Met) -> None:
        super().meet(met)
        self.differing = [*getattr(self, "differing", []), *differences(met.decided, met.again)]


def test_decisions_come_out_as_they_were_made_whatever_a_draft_brings(engine: RunningEngine) -> None:
    """What is published later takes the place in the predictors that it took in the engine, and no draft's."""
    lively(engine, customers=10, control=0.0)
    draft, second = copy.deepcopy(current(engine)), copy.deepcopy(current(engine))
    draft["offers"].append(offer("newcomer", group="newcomers"))
    second["offers"].append(offer("second", group="things"))
    second["placements"][0]["exploration"]["ranked_by"] = "scorer"
    assert engine.publish({**second, "number": 2}).status == 201
    for number in range(40):
        answer = engine.event(customer=f"next-{number}", session=f"next-{number}", attributes=ATTRIBUTES).json
        engine.respond([answered(answer["decision"]["id"], each["offer"], number) for each in offers(answer)])
    comparing = Comparing(compiled(draft), None, 0.0)
    go_through(engine.data, comparing, since=0, tell=lambda at, of: None)
    assert comparing.decisions == 50
    assert comparing.differing == []


def test_the_command_tells_every_reason_of_every_argument(
    engine: RunningEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lively(engine, customers=3)
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(current(engine)), encoding="utf-8")
    nowhere, data = str(tmp_path / "none"), str(engine.data)

    def told(*arguments: str) -> list[str]:
        assert main(["lab", *arguments]) == 1
        return capsys.readouterr().err.splitlines()

    assert len(told("what-if", "--data", nowhere, "--publication", nowhere)) == 2
    (said,) = told("what-if", "--data", data, "--publication", str(path), "--placement", "dsk")
    assert said.endswith("the draft has no placement dsk")
    for command in (["replay"], ["ope", "--policy", "uniform"], ["what-if", "--publication", str(path)]):
        (said,) = told(*command, "--data", data, "--since", "99999")
        assert "history ends at position" in said
    assert (
        "there is no decision of the placement dsk"
        in told("ope", "--policy", "uniform", "--data", data, "--placement", "dsk")[-1]
    )
    path.write_text(json.dumps({"wire": 2, "number": 0, "offers": [{}], "colour": "red"}), encoding="utf-8")
    assert len(told("what-if", "--data", data, "--publication", str(path))) >= 7
    path.write_text("[" * 100_000, encoding="utf-8")
    assert "levels of nesting" in told("what-if", "--data", data, "--publication", str(path))[0]
