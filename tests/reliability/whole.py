"""The faults in their full dose, one function each; every one returns its row of the table."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from tests.publications import sample
from tests.reliability.bad_sources import AT_ONCE, BUDGET_MS, MODES, SLACK_MS, ask_bad_sources
from tests.reliability.doors import Doors, opened
from tests.reliability.exploring import explore
from tests.reliability.flips import flipped_bits
from tests.reliability.interpreters import PROCESSORS, SEEDS, THREADS, VERSIONS, Missing, fold, interpreter, settings
from tests.reliability.power_cuts import play, record
from tests.reliability.process import EngineProcess
from tests.reliability.rows import Row
from tests.reliability.story import Reckoning, event, new_folder
from tests.reliability.under_load import kill_under_load

from tradewind.engine.lab.replaying import decisions_of

ROOT = Path(__file__).parents[2]
KILLS = 100
CUTS = 1_000
RECORDINGS = 4
CONTROLS = 100
FLIPS = 400
DECISIONS = 10_000
PUBLICATIONS = 3
FUZZED = 80
ROUNDS = 2
_DECISIONS = "decisions again"

type Say = Callable[[str], None]


def flips(folder: Path, say: Say) -> Row:
    row = Row("one bit anywhere in a history of 400 facts or its write-ahead log")
    for seed, unreported in enumerate(flipped_bits(folder, FLIPS)):
        row.times += 1
        row.wrong += unreported
        if seed % 100 == 99:
            say(f"{seed + 1} bits flipped")
    row.finding = f"{row.times - len(row.wrong)} of {row.times} reported with their position"
    return row


def kills_at_each_call(_folder: Path, say: Say) -> Row:
    row = Row("kill -9 at each call that changes a file")
    command = [sys.executable, "-m", "tests.reliability.at_each_call"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    slowest = 0.0
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as kills:
        assert kills.stdout is not None
        for line in kills.stdout:
            kill = json.loads(line)
            result = msgspec.convert(kill["result"], Reckoning)
            row.add(result)
            slowest = max(slowest, result.seconds)
            if row.times % 50 == 0:
                say(f"killed at {row.times} calls")
    if kills.returncode:
        row.wrong.append(f"the kills ended with {kills.returncode}")
    row.finding = f"ready again within {slowest:.2f} s"
    return row


def kills_under_load(folder: Path, say: Say) -> Row:
    result = kill_under_load(folder / "killed", kills=KILLS, seed=7, progress=say)
    row = Row(
        "kill -9 under load, 8 clients over sockets",
        finding=f"restart, interpreter included: {result.seconds:.1f} s at most",
    )
    row.add(result)
    row.times = KILLS
    return row


def signals_under_load(folder: Path, say: Say) -> Row:
    result = kill_under_load(folder / "ended", kills=5, seed=8, progress=say, end_with=signal.SIGTERM)
    row = Row("SIGTERM under load, 8 clients over sockets")
    row.add(result)
    row.times = 5
    return row


def power_cuts(folder: Path, say: Say) -> Row:
    row = Row("power cut, unflushed 512-byte sectors kept at random, `synchronous=FULL`")
    for number in range(RECORDINGS):
        told = record(folder / f"full-{number}", customers=2 + number)
        share = CUTS // RECORDINGS
        for result in play(told, range(number * share, (number + 1) * share), folder):
            row.add(result)
            if row.times % 100 == 0:
                say(f"{row.times} cuts, {row.lost} lost")
    return row


def weaker_power_cuts(folder: Path, say: Say) -> Row:
    row = Row("the same with `synchronous=NORMAL`, to see that the test can fail")
    hit = 0
    for result in play(record(folder / "normal", synchronous="normal"), range(CONTROLS), folder):
        row.add(result)
        hit += bool(result.wrong)
    say(f"{row.times} cuts, {hit} of them lost something")
    row.finding = f"{hit} of {row.times} cuts lose something, as they must"
    row.wrong = [] if hit else ["no cut lost anything: the test has no teeth"]
    return row


def interpreters(folder: Path, say: Say) -> Row:
    history = _decided(folder) / "history.sqlite"
    row = Row(
        f"the fold under {len(SEEDS)} hash seeds, {len(THREADS)} thread counts, {len(PROCESSORS)} processor types"
    )
    found: dict[str, str] = {}
    versions = []
    for version in VERSIONS:
        try:
            python = interpreter(version, may_install=True)
        except Missing as missing:
            say(f"skipped: {missing}")
            continue
        versions.append(version)
        for each in settings():
            folded = fold(history, python, **each)
            found[folded.how] = str(folded.digests)
            say(f"folded {len(found)} times, {len(set(found.values()))} digest")
    row.times = len(found)
    row.finding = f"{len(set(found.values()))} digest, Python {' and '.join(versions)}"
    row.wrong = [] if len(set(found.values())) == 1 else [f"{how}: {digest}" for how, digest in found.items()]
    return row


def decisions_again(folder: Path, say: Say) -> Row:
    """Decide much, answer much, publish in between; then make every decision again. Leaves its folder for others."""
    data = folder / "decided"
    asyncio.run(_decide_much(data, new_folder(data), say))
    tally = decisions_of(data, tell=lambda tally: say(f"{tally.decisions:,} decisions made again"))
    row = Row(
        f"{DECISIONS:,} decisions over {PUBLICATIONS} publications, each made again from history", times=tally.decisions
    )
    row.finding = f"{tally.reproduced:,} reproduced, {tally.differing:,} differing"
    if tally.reproduced != tally.decisions or tally.decisions < DECISIONS:
        row.wrong = [f"{each.position}: {each.differences}" for each in tally.named] or ["decisions are missing"]
    return row


async def _decide_much(data: Path, key: str, say: Say) -> None:
    chance = random.Random(9)

    async def one(doors: Doors, number: int) -> None:
        call = event(f"e-{number}", f"c-{number % 997}")
        decision = (await doors.call("POST", "/v1/events/call-started", call)).json["decision"]
        for shown in decision["offers"][:1]:
            response = {"decision": decision["id"], "offer": shown["offer"]}
            await doors.call("POST", "/v1/responses", {**response, "outcome": chance.choice(("accepted", "rejected"))})

    async with opened(data, key) as doors:
        for publication in range(1, PUBLICATIONS + 1):
            document = sample(publication, offers=8 + publication, control_percent=5.0)
            answer = await doors.call("PUT", f"/v1/publications/{publication}", document)
            assert answer.status == 201, answer.body
            share = DECISIONS // PUBLICATIONS + 1
            for first in range((publication - 1) * share, publication * share, 50):
                await asyncio.gather(*(one(doors, n) for n in range(first, min(first + 50, publication * share))))
            say(f"{publication * share:,} decisions")


def restart(folder: Path, say: Say) -> Row:
    """From the kill of a process to the first right answer of the next one."""
    data = folder / "restarted"
    shutil.copytree(_decided(folder), data)
    key = new_folder(data)
    row = Row("kill -9 of a process with that history", finding="")
    slowest = 0.0
    call = event("rto", "c-rto")
    answers = set()
    for _ in range(3):
        with EngineProcess(data, key) as engine:
            status, answer = engine.call("POST", "/v1/events/call-started", call)
            answers.add((status, answer))
            slowest = max(slowest, engine.ready_s)
            engine.end(signal.SIGKILL)
        row.times += 1
        say(f"ready after {engine.ready_s:.1f} s")
    row.acknowledged = 1
    row.finding = f"ready within {slowest:.1f} s, interpreter and imports included"
    row.wrong = [] if len(answers) == 1 else [f"answers differ: {answers}"]
    return row


def erasure(folder: Path, say: Say) -> Row:
    """Every byte of every file, looked at for the customer that was erased."""
    data, marker = folder / "erased", "erased-customer-7c1f"
    key = new_folder(data)

    async def work() -> Any:
        async with opened(data, key) as doors:
            await doors.call("PUT", "/v1/publications/1", sample(1))
            for number in range(20):
                await doors.call("POST", "/v1/events/call-started", event(f"e-{number}", f"c-{number}"))
                call = event(f"m-{number}", marker)
                call["attributes"] = {**call["attributes"], "customer.first_name": f"name-{marker}"}
                answer = await doors.call("POST", "/v1/events/call-started", call)
                assert answer.status == 200, answer.body
            subject = doors.engine.subjects.known(marker)
            gone = await doors.call("DELETE", f"/v1/customers/{marker}")
            assert gone.status in (200, 204), gone.body
            return subject

    subject = asyncio.run(work())
    sought = {"the customer's id": marker.encode(), "half a key": subject.key[:16], "half of the key": subject.key[16:]}
    row = Row("a customer erased, then every byte of every file searched", times=1)
    for path in sorted(data.rglob("*")):
        if path.is_file():
            row.wrong += [f"{path.name} holds {what}" for what, secret in sought.items() if secret in path.read_bytes()]
    row.finding = "neither id nor key found" if not row.wrong else "; ".join(row.wrong)
    say(row.finding)
    return row


def bad_sources(folder: Path, say: Say) -> Row:
    row = Row(f"{AT_ONCE} decisions at once over a data source that hangs, drips or lies, {len(MODES)} ways")
    held: list[float] = []
    without: list[float] = []
    for each in ask_bad_sources(folder / "asked"):
        held += each.held_ms
        without += each.without_ms
        row.times += AT_ONCE
        row.wrong += each.wrong
        say(f"{each.mode}: p99 {_share(each.held_ms, 0.99):.0f} ms, {_share(each.without_ms, 0.99):.0f} ms without it")
    own, last = _share(without, 0.99), _share(held, 0.99)
    row.finding = (
        f"p50 {_share(held, 0.5):.0f} ms, p99 {last:.0f} ms at a budget of {BUDGET_MS} ms"
        f" (p99 {own:.0f} ms without a source); {len(row.wrong)} answers wrong or without their missing inputs"
    )
    due = max(BUDGET_MS, own)  # no source can be blamed for what as many decisions take that ask none
    if last > due + SLACK_MS:
        row.wrong.append(f"p99 is {last:.0f} ms, {due + SLACK_MS:.0f} ms at most allowed")
    return row


def fuzzing(folder: Path, say: Say) -> Row:
    """Every route of the document, asked much more often than `make test` asks, and otherwise each time."""
    row = Row(f"every route, {FUZZED} random calls each and those at the edges of its schemas")
    examples = {"TRADEWIND_FUZZ_EXAMPLES": str(FUZZED)}
    tested = explore(["tests/integration/engine/test_fuzzing.py"], folder / "fuzzed.xml", examples)
    say(str(tested))
    row.times, row.wrong, row.finding = (
        tested.tests,
        tested.wrong,
        f"{tested.tests - len(tested.wrong)} routes as documented",
    )
    return row


def new_examples(folder: Path, say: Say) -> Row:
    """The properties without their repeatable examples."""
    row = Row(f"every property with new random examples, {ROUNDS} rounds")
    for number in range(ROUNDS):
        tested = explore(["tests/properties"], folder / f"properties-{number}.xml")
        say(str(tested))
        row.times += tested.tests
        row.wrong += tested.wrong
    row.finding = f"{row.times - len(row.wrong)} of {row.times} hold"
    return row


def _share(values: list[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


WHOLE: dict[str, Callable[[Path, Say], Row]] = {
    "flips": flips,
    "kills at each call": kills_at_each_call,
    "kills under load": kills_under_load,
    "signals under load": signals_under_load,
    "power cuts": power_cuts,
    "power cuts, weaker": weaker_power_cuts,
    "bad sources": bad_sources,
    "fuzzing": fuzzing,
    "new examples": new_examples,
    _DECISIONS: decisions_again,
    "interpreters": interpreters,
    "restart": restart,
    "erasure": erasure,
}


def inject(name: str, folder: Path, say: Say) -> Row:
    """Play one of the faults, in a folder of its own inside `folder`: no fault comes upon what another has left."""
    own = folder / name
    own.mkdir()
    return WHOLE[name](own, say)


def _decided(folder: Path) -> Path:
    """What `decisions_again` has left; `folder` is that of a fault which is played behind it."""
    return folder.parent / _DECISIONS / "decided"
