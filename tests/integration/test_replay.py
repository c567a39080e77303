"""`tradewind replay universal-bank` on the real engine, over the wire."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.engines import RunningEngine, start_engine

from tradewind.cli import main
from tradewind.demo import packaged
from tradewind.demo.bank import ATTRIBUTES, GROUP

pytestmark = pytest.mark.skipif(
    packaged.find("dmba", "dmba/csvFiles/UniversalBank.csv.gz") is None, reason="the data package dmba is not installed"
)

SOMEBODY_ELSES: dict[str, Any] = {
    "wire": 1,
    "number": 4,
    "condition_groups": [
        {"name": "customer", "attributes": [{"name": "segment", "type": "category", "values": ["a"]}]}
    ],
    "events": [{"name": "call-started", "actions": [{"do": "decide", "placement": "desk"}]}],
    "placements": [{"name": "desk", "channel": "call-center", "control_percent": 0}],
    "outcomes": [{"name": "accepted", "reward": 1.0}, {"name": "rejected"}],
    "arbitration": [{"name": "default"}],
    "offers": [
        {
            "id": "O-101",
            "group": "care",
            "placements": ["desk"],
            "profiles": [{"id": "all"}],
            "treatments": [{"id": "desk-en", "channel": "call-center", "language": "en", "texts": {"title": "Care"}}],
        }
    ],
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[RunningEngine]:
    running = start_engine(tmp_path / "engine")
    yield running
    running.stop()


@pytest.fixture
def keys(engine: RunningEngine, tmp_path: Path) -> Path:
    file = tmp_path / "engine-keys.json"
    file.write_text(json.dumps(engine.keys))
    return file


def test_a_scratch_engine_beats_random_and_ends_output_with_one_object() -> None:
    command = [sys.executable, "-m", "tradewind.cli", "replay", "universal-bank", "--limit", "600", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["acceptance"] > result["random_acceptance"]
    assert result["lift_low"] > 1.0
    assert result["value"] > result["random_value"]
    assert sum(offer["shown"] for offer in result["offers"]) == 600
    assert "600 of 600" in done.stderr


def test_numbers_come_from_history_and_a_second_run_counts_only_itself(
    engine: RunningEngine, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2):
        assert main(["replay", "universal-bank", *_over(engine, keys), "--limit", "40", "--json"]) == 0
        result = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert result["customers"] == 40
        answered = [line for line in engine.history(after=0, limit=1000) if line["type"] == "response_recorded"]
        assert len(answered) == 40 * number
        accepted = sum(line["outcome"] == "accepted" for line in answered[-40:])
        assert result["acceptance"] == pytest.approx(accepted / 40, abs=1e-6)


def test_the_engine_never_sees_which_products_a_customer_holds(engine: RunningEngine, keys: Path) -> None:
    assert main(["replay", "universal-bank", *_over(engine, keys), "--limit", "5"]) == 0
    seen = [line["attributes"] for line in engine.history(after=0, limit=100) if line["type"] == "event_handled"]
    assert len(seen) == 5
    declared = {f"{GROUP}.{attribute.name}" for attribute in ATTRIBUTES}
    assert all(set(attributes) == declared for attributes in seen)


def test_somebody_elses_publication_is_left_alone(
    engine: RunningEngine, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert engine.publish(SOMEBODY_ELSES).status == 201
    head = engine.head
    assert main(["replay", "universal-bank", *_over(engine, keys), "--limit", "5"]) == 1
    assert "--into-demo" in capsys.readouterr().err
    assert engine.head == head


def test_an_engine_that_does_not_answer_is_said_in_one_sentence(
    engine: RunningEngine, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.stop()
    assert main(["replay", "universal-bank", *_over(engine, keys), "--limit", "5"]) == 1
    assert "does not answer" in capsys.readouterr().err


def test_an_address_without_keys_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "universal-bank", "--engine", "http://127.0.0.1:9"]) == 1
    assert "--keys" in capsys.readouterr().err


def _over(engine: RunningEngine, keys: Path) -> list[str]:
    return ["--engine", engine.url, "--keys", str(keys)]
