"""`tradewind replay universal-bank --into-demo`: through the workspace of marketing into the engine beside it."""

import json
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.engine_room import EngineRoom
from tests.workspace import Workspace

from tradewind.cli import main
from tradewind.cli.demo import folder
from tradewind.cli.replay import walk
from tradewind.cli.replay.connection import EngineRefused
from tradewind.cli.replay.progress import Tally
from tradewind.crm.decisions import operations as decisions
from tradewind.crm.decisions.models import Publication
from tradewind.crm.identity.models import User
from tradewind.crm.jobs.models import Run
from tradewind.crm.marketing.models import Offer
from tradewind.crm.toolkit.models import Placement
from tradewind.demo import packaged
from tradewind.demo.bank import OFFERS, PLACEMENT
from tradewind.demo.bank.workspace import add
from tradewind.engine.core.events import Fact
from tradewind.engine.core.state import model_digest, state_digest
from tradewind.engine.history import History, HistoryReader, MemoryHistory
from tradewind.engine.history.folder import Folder
from tradewind.engine.lab.laws import HISTORY_LAWS
from tradewind.engine.service.tending import PERIOD_S
from tradewind.engine.service.verify import Refold, verify_folder

pytestmark = pytest.mark.skipif(
    packaged.find("dmba", "dmba/csvFiles/UniversalBank.csv.gz") is None, reason="the data package dmba is not installed"
)
LOAN = "bank-personal-loan"
INCOME = "bank_customer.income"
SOME, STEP = 40, 600
"""Customers: a few; and so many that some hundred of them are shown the loan when all offers are shown alike."""

type Replay = Callable[..., int]


@pytest.fixture
def demo(engine_room: EngineRoom, workspace: Workspace, now: datetime) -> Iterator[EngineRoom]:
    """What a demo looks like from outside: a folder that is held, keys in it, and a publication of its own."""
    workspace.released("O-1", now=now)
    decisions.publish(actor=workspace.cast.hannah, now=now)
    folder.keys(engine_room.data)
    with folder.held(engine_room.data, engine_url=engine_room.running.url):
        yield engine_room


@pytest.fixture
def replay(demo: EngineRoom) -> Replay:
    def run(*words: str, limit: int = SOME) -> int:
        place = ["--into-demo", "--data", str(demo.data)]
        return main(["replay", "universal-bank", *place, "--limit", str(limit), *words])

    return run


def test_the_offers_come_through_the_workspace_and_what_ran_keeps_running(
    demo: EngineRoom, replay: Replay, workspace: Workspace
) -> None:
    assert replay() == 0
    published = Publication.objects.running()
    in_force = demo.running.call("GET", "/v1/publications/current").json
    assert published is not None
    assert published.number == in_force["number"] == 2
    assert published.digest == in_force["digest"]
    assert published.published_by == workspace.cast.hannah
    assert {offer["id"] for offer in in_force["offers"]} == {"O-1", *(offer.id for offer in OFFERS)}
    loan = next(offer for offer in in_force["offers"] if offer["id"] == LOAN)
    assert {text["language"] for text in loan["treatments"]} == {"en", "ro"}
    assert set(loan["profiles"][0]["suitability"]) == {"en", "ro"}
    at_the_desk = demo.running.event("call-started", customer="somebody").json["decision"]
    assert [offer["offer"] for offer in at_the_desk["offers"]] == ["O-1"]
    assert Offer.objects.released().count() == 6


def test_the_next_publication_of_the_workspace_keeps_the_banks_offers(
    demo: EngineRoom, replay: Replay, workspace: Workspace, now: datetime
) -> None:
    assert replay() == 0
    workspace.released("O-2", now=now)
    decisions.publish(actor=workspace.cast.hannah, now=now)
    in_force = demo.running.call("GET", "/v1/publications/current").json
    assert {"O-1", "O-2", LOAN} <= {offer["id"] for offer in in_force["offers"]}


def test_visits_lie_in_the_weeks_before_and_every_answer_within_its_window(demo: EngineRoom, replay: Replay) -> None:
    assert replay() == 0
    began = Run.objects.get(name="replay.universal_bank").started_at
    visits = {line["decision"]["id"]: line for line in lines(demo, "event_handled")}
    happened = sorted(datetime.fromisoformat(line["occurred_at"]) for line in visits.values())
    assert len(happened) == len(set(happened)) == SOME
    assert began - timedelta(days=29) < happened[0] < happened[-1] < began
    for answer in lines(demo, "response_recorded"):
        shown_at = datetime.fromisoformat(visits[answer["decision"]]["occurred_at"])
        assert datetime.fromisoformat(answer["answered_at"]) - shown_at == timedelta(minutes=4)


def test_a_second_run_sends_nothing_and_tells_the_same(
    demo: EngineRoom, replay: Replay, capsys: pytest.CaptureFixture[str]
) -> None:
    results = []
    for _ in range(2):
        assert replay("--json") == 0
        said = capsys.readouterr()
        results.append(json.loads(said.out.splitlines()[-1]))
    assert results[0] == results[1]
    assert f"{SOME} of {SOME} customers have been there already; 0 are to come." in said.err
    assert tally(demo) == {"event_handled": SOME, "response_recorded": SOME}
    assert Publication.objects.count() == 2


def test_one_that_was_interrupted_goes_on_and_doubles_nothing(
    demo: EngineRoom, replay: Replay, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patched, interruptible():
        patched.setattr(Tally, "add", interrupting_after(10))
        assert replay(limit=200) == 130
    assert "goes on where it was" in capsys.readouterr().err
    done = tally(demo)["response_recorded"]
    assert 10 <= done < 200
    assert Run.objects.get(name="replay.universal_bank").done >= 10
    assert replay(limit=200) == 0
    assert tally(demo) == {"event_handled": 200, "response_recorded": 200}
    assert Run.objects.get(name="replay.universal_bank").done == 200


def test_a_visit_whose_answer_was_lost_gets_it_and_no_second_decision(
    demo: EngineRoom, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_visit: object) -> None:
        raise EngineRefused("lost on the way")

    with monkeypatch.context() as patched:
        patched.setattr(walk, "_answer", lost)
        assert replay("--in-flight", "1") == 1
    assert tally(demo) == {"event_handled": 1}
    assert replay() == 0
    assert tally(demo) == {"event_handled": SOME, "response_recorded": SOME}


def test_changes_of_marketing_that_wait_are_not_published_along(
    demo: EngineRoom, replay: Replay, workspace: Workspace, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.released("O-2", now=now)
    head = demo.running.head
    assert replay() == 1
    assert "not published yet" in capsys.readouterr().err
    assert demo.running.head == head
    assert not Offer.objects.filter(code__startswith="bank-").exists()


def test_without_a_demo_it_says_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "universal-bank", "--into-demo", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert str(tmp_path) in said
    assert "make demo" in said


def test_a_demo_that_is_still_starting_is_said_to_be(
    demo: EngineRoom, replay: Replay, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.stop()
    assert replay() == 1
    assert "still starting" in capsys.readouterr().err


def test_an_address_beside_into_demo_is_refused(replay: Replay, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("--engine", "http://127.0.0.1:9", "--keys", "nowhere.json") == 1
    assert "leave --engine and --keys out" in capsys.readouterr().err


def test_the_loan_is_split_by_income_and_the_story_says_so(
    demo: EngineRoom,
    replay: Replay,
    workspace: Workspace,
    capsys: pytest.CaptureFixture[str],
    client_of: Callable[[User], Client],
) -> None:
    add(actor=workspace.cast.hannah, now=timezone.now())
    Placement.objects.filter(name=PLACEMENT).update(floor=1.0)
    limit = replayed_until(lambda: bool(by_income(demo)), replay)
    capsys.readouterr()
    assert replay("--json", limit=limit) == 0
    story = json.loads(capsys.readouterr().out.splitlines()[-1])
    change = by_income(demo)[0]
    first = next(told for told in story["changes"] if told["position"] == change["position"])
    assert first["words"].startswith("income below ")
    assert ",000 (" in first["words"]
    assert [stretch["customers"] for stretch in story["over_time"]] == [limit * tenth // 10 for tenth in range(1, 11)]
    assert 60_000 <= change["branches"][1]["at_least"] <= 160_000
    began = Run.objects.get(name="replay.universal_bank").started_at
    assert began - timedelta(days=29) < datetime.fromisoformat(first["occurred_at"]) < began
    check_the_workspace_reads_it(client_of(workspace.cast.hannah))
    check_the_history_keeps_the_laws(demo)


def replayed_until(is_so: Callable[[], bool], replay: Replay) -> int:
    """Let customers come, some hundred at a time, until something is so that the engine finds out; how many came."""
    for limit in range(STEP, 5_000, STEP):
        assert replay(limit=limit) == 0
        looked = threading.Event()
        for _ in range(int(2 * PERIOD_S / 0.05)):  # the engine looks once a period
            if is_so():
                return limit
            looked.wait(0.05)
    raise AssertionError("it did not come about")


def check_the_workspace_reads_it(hannah: Client) -> None:
    offer = Offer.objects.get(code=LOAN)
    page = hannah.get(f"/marketing/offers/{LOAN}/predictor/").content.decode()
    assert offer.title in page
    assert "Every customer of the bank" in page


def check_the_history_keeps_the_laws(demo: EngineRoom) -> None:
    """The kit's laws on what the replay left, its chain, and the fold of it."""
    demo.stop()
    reader = HistoryReader(Folder(demo.data).history)
    refold, facts = Refold(), list[Fact]()
    for stored in reader.read(limit=100_000):
        refold.follow(stored)
        facts.append(stored.fact)
    reader.close()
    alive = demo.running.engine.state
    assert (model_digest(refold.state), state_digest(refold.state)) == (model_digest(alive), state_digest(alive))
    assert verify_folder(demo.data) == 0
    for law in HISTORY_LAWS:
        law(opened, facts)


def opened() -> History:
    return MemoryHistory()


def by_income(demo: EngineRoom) -> list[dict[str, Any]]:
    """The splits of the loan's predictor by income."""
    changes = demo.running.call("GET", f"/v1/offers/{LOAN}/predictor/changes").json["changes"]
    return [change for change in changes if change.get("attribute") == INCOME]


def lines(demo: EngineRoom, kind: str) -> list[dict[str, Any]]:
    return demo.running.history(after=0, limit=5_000, types=kind)


def tally(demo: EngineRoom) -> dict[str, int]:
    """How many visits and answers history has."""
    found = lines(demo, "event_handled,response_recorded")
    return dict(Counter(line["type"] for line in found))


@contextmanager
def interruptible() -> Iterator[None]:
    """With Ctrl-C as a person's terminal has it: what a shell starts in the background does not hear it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def interrupting_after(steps: int) -> Callable[[Tally, Any], None]:
    """As if somebody pressed Ctrl-C once so many customers had answered."""
    add = Tally.add

    def count(self: Tally, step: Any) -> None:
        add(self, step)
        if self.steps == steps:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    return count
