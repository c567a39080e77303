"""Many events in one conversation: answers in order, durable, fair, and a batch that broke off can be sent again."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pytest
from tests.engines import Answer, RunningEngine
from tests.publications import ATTRIBUTES

from tradewind.engine.service import batching, deciding

type Json = dict[str, Any]

NDJSON = {"Content-Type": "application/x-ndjson"}


def call(number: int, **fields: Any) -> Json:
    plain = {"event": "call-started", "session": f"s-{number}", "customer": f"c-{number % 5}", "channel": "call-center"}
    return {**plain, "id": f"b-{number}", "attributes": ATTRIBUTES, **fields}


def batch(engine: RunningEngine, lines: Iterable[Json | bytes]) -> Answer:
    body = b"\n".join(line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines)
    return engine.call("POST", "/v1/decide-batch", body, scope="decide", headers=NDJSON)


def read(answer: Answer) -> list[Json]:
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.body.splitlines()]


def said(lines: list[Json]) -> list[Json]:
    """What was said of the calls: no progress, no summary."""
    return [line for line in lines if "index" in line]


def test_every_line_is_answered_in_order_and_remembered(published: RunningEngine) -> None:
    head = published.head
    lines = read(batch(published, [call(number) for number in range(40)]))
    assert [line["index"] for line in said(lines)] == list(range(40))
    assert sorted(int(line["answer"]["position"]) for line in said(lines)) == list(range(head + 1, head + 41))
    assert all(line["answer"]["decision"]["offers"] for line in said(lines))
    summary = lines[-1]["summary"]
    assert (summary["done"], summary["refused"], summary["position"]) == (40, 0, str(head + 40))
    assert published.head == head + 40


def test_a_line_is_the_same_call_as_on_its_own_route(published: RunningEngine) -> None:
    (line,) = said(read(batch(published, [call(1)])))
    alone = {name: value for name, value in call(1).items() if name != "event"}
    assert published.call("POST", "/v1/events/call-started", alone).json == line["answer"]
    assert published.head == int(line["answer"]["position"])


def test_the_same_batch_again_gives_the_same_answers_and_stores_nothing(published: RunningEngine) -> None:
    calls = [call(number) for number in range(10)]
    first = said(read(batch(published, calls[:6])))
    head = published.head
    again = said(read(batch(published, calls)))
    assert again[:6] == first
    assert published.head == head + 4


def test_what_is_wrong_with_a_line_is_its_problem_alone(published: RunningEngine) -> None:
    head = published.head
    lines = read(
        batch(
            published,
            [
                call(0),
                b"{",
                b"",
                call(1, event="nope"),
                call(2, attributes={"nope.nope": 1}, customer=""),
                call(3, x=1),
                call(0, customer="another"),
                b'{"event":"call-started","event":"call-started","session":"s","customer":"c","channel":"x"}',
                b"x" * 1_000_001,
                call(4),
            ],
        )
    )
    kinds = [line.get("problem", {"type": ":ok"})["type"].rpartition(":")[2] for line in said(lines)]
    assert kinds == [
        "ok",
        "body_refused",
        "event_unknown",
        "body_refused",
        "body_refused",
        "id_used",
        "body_refused",
        "body_too_large",
        "ok",
    ]
    assert lines[-1]["summary"]["refused"] == 7
    assert published.head == head + 2


def test_lines_of_one_customer_are_decided_in_their_order_however_long_keys_take(published: RunningEngine) -> None:
    calls = [call(number, customer=f"new-{number % 3}", session="s") for number in range(30)]
    lines = said(read(batch(published, calls)))
    for customer in range(3):
        positions = [int(line["answer"]["position"]) for line in lines if line["index"] % 3 == customer]
        assert positions == sorted(positions)
    again = said(read(batch(published, calls)))
    assert again == lines


def test_a_fault_of_ours_ends_the_batch_and_says_nothing_of_the_line(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(deciding, "handled", broken)
    (line,) = read(batch(published, [call(0, customer="somebody-in-particular"), call(1)]))
    assert line["problem"]["type"] == "urn:tradewind:problem:failed"
    published.stop()
    assert "ZeroDivisionError" in caplog.text
    assert "in-particular" not in caplog.text


def test_a_dry_run_in_a_batch_writes_nothing(published: RunningEngine) -> None:
    head = published.head
    dry, real = said(read(batch(published, [call(0, dry_run=True), call(1)])))
    assert dry["answer"]["decision"]["id"] == "dry-run"
    assert len(dry["answer"]["decision"]["fates"]) == 12
    assert int(real["answer"]["position"]) == published.head == head + 1


def test_an_empty_batch_has_a_summary(published: RunningEngine) -> None:
    (line,) = read(batch(published, [b"\n\n"]))
    assert (line["summary"]["done"], line["summary"]["refused"]) == (0, 0)


def test_the_progress_is_told_every_so_many_lines(published: RunningEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "TELL_EVERY", 10)
    lines = read(batch(published, [call(number) for number in range(100)]))
    told = [line["progress"]["done"] for line in lines if "progress" in line]
    assert told == sorted(told)
    assert told
    assert all(later - earlier >= 10 for earlier, later in zip([0, *told], told, strict=False))


class Conversation:
    """A batch held by hand over one connection: lines go out one at a time while answers are read."""

    def __init__(self, engine: RunningEngine) -> None:
        host, port = engine.url.removeprefix("http://").split(":")
        self.connection = socket.create_connection((host, int(port)), timeout=20)
        self.connection.sendall(
            f"POST /v1/decide-batch HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {engine.keys['decide']}\r\n"
            "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        self.file = self.connection.makefile("rb")
        self._lines = self._read()

    def send(self, line: Json) -> None:
        text = msgspec.json.encode(line) + b"\n"
        self.connection.sendall(b"%x\r\n%b\r\n" % (len(text), text))

    def end(self) -> None:
        self.connection.sendall(b"0\r\n\r\n")

    def answer(self) -> Json:
        """The next line about a call."""
        return next(line for line in self._lines if "progress" not in line)

    def close(self) -> None:
        self.file.close()
        self.connection.close()

    def _read(self) -> Iterator[Json]:
        while self.file.readline() != b"\r\n":
            pass
        rest = b""
        while size := int(self.file.readline(), 16):
            rest += self.file.read(size)
            self.file.readline()
            *lines, rest = rest.split(b"\n")
            yield from map(json.loads, lines)


def test_answers_come_while_lines_are_still_going_out(published: RunningEngine) -> None:
    talk = Conversation(published)
    for number in range(3):
        talk.send(call(number))
        assert talk.answer()["index"] == number
        assert published.event().status == 200
    talk.end()
    assert talk.answer()["summary"]["done"] == 3
    talk.close()


def test_what_was_answered_before_the_caller_left_is_durable(published: RunningEngine) -> None:
    talk = Conversation(published)
    talk.send(call(0))
    position = int(talk.answer()["answer"]["position"])
    talk.send(call(1))
    talk.close()
    assert published.event().status == 200
    assert [line["id"] for line in published.history(types="event_handled") if int(line["position"]) == position] == [
        "b-0"
    ]
    again = said(read(batch(published, [call(0), call(1)])))
    assert int(again[0]["answer"]["position"]) == position


def test_other_calls_have_their_turn_while_a_long_batch_runs(published: RunningEngine) -> None:
    published.event(customer="other")
    talk = Conversation(published)
    sent = 0
    between: list[int] = []

    def others() -> None:
        for number in range(5):
            between.append(int(published.event(customer="other", session=f"o-{number}").json["position"]))

    thread = threading.Thread(target=others)
    thread.start()
    while thread.is_alive() or sent < 50:
        talk.send(call(sent))
        assert talk.answer()["index"] == sent
        sent += 1
    thread.join()
    talk.end()
    assert talk.answer()["summary"]["done"] == sent
    talk.close()
    assert len(between) == 5


def test_a_caller_who_does_not_read_is_not_read_from(published: RunningEngine) -> None:
    talk = Conversation(published)
    talk.connection.settimeout(0.5)

    def send_without_reading() -> None:
        for number in range(100_000):
            talk.send(call(number, dry_run=True))

    with pytest.raises(TimeoutError):
        send_without_reading()
    talk.close()
    assert published.event().status == 200
    assert published.engine.failure is None


def test_a_history_that_fails_ends_the_batch_with_a_problem_and_no_summary(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.event(customer="c-0")
    monkeypatch.setattr(published.engine, "on_failure", lambda: None)

    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(published.engine.history, "append", broken)
    *_, last = read(batch(published, [call(0), call(5)]))
    assert "index" not in last
    assert last["problem"]["type"] == "urn:tradewind:problem:history_failed"


def test_a_batch_of_another_media_type_is_refused(published: RunningEngine) -> None:
    answer = published.call("POST", "/v1/decide-batch", call(0), scope="decide")
    assert (answer.status, answer.json["type"]) == (415, "urn:tradewind:problem:media_type_refused")
