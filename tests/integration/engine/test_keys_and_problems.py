"""Who may knock, and what a refused call looks like. Nothing is stored by a refused call."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engines import Answer, RunningEngine

from tradewind.engine.service.keys import Keyring
from tradewind.engine.service.routes import DOORS, predictors

GOOD_EVENT = {"session": "s", "customer": "c", "channel": "call-center"}


def assert_problem(answer: Answer, status: int, kind: str) -> dict[str, Any]:
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json
    assert problem["status"] == status
    assert problem["type"] == f"urn:tradewind:problem:{kind}"
    assert problem["title"]
    return problem


@pytest.mark.parametrize("door", [door for door in DOORS if door.scope], ids=lambda door: door.name)
def test_every_closed_door_wants_a_key_of_its_scope(published: RunningEngine, door: Any) -> None:
    path = door.path.replace("{number:digits}", "1").replace("{name}", "call-started").replace("{id:path}", "care-plus")
    head = published.head
    missing = published.call(door.method, path, {} if door.takes else None, scope="")
    assert_problem(missing, 401, "key_missing")
    assert missing.headers["www-authenticate"] == "Bearer"
    unknown = published.call(door.method, path, headers={"Authorization": "Bearer tw_abc_def"})
    assert_problem(unknown, 401, "key_unknown")
    other = next(scope for scope in ("read", "decide") if scope != door.scope)
    assert_problem(published.call(door.method, path, scope=other), 403, "scope_missing")
    assert published.head == head


def test_a_key_in_another_scheme_is_unknown(published: RunningEngine) -> None:
    answer = published.call("GET", "/v1/history", headers={"Authorization": f"Basic {published.keys['read']}"})
    assert_problem(answer, 401, "key_unknown")


def test_a_running_engine_sees_new_and_revoked_keys(published: RunningEngine) -> None:
    keyring = Keyring(published.data / "keys.sqlite")
    token = keyring.create(name="late", scopes=("read",), now=int(time.time()))
    bearer = {"Authorization": f"Bearer {token}"}
    assert published.call("GET", "/v1/history", headers=bearer).status == 200
    keyring.revoke(name_or_id="late", now=int(time.time()))
    assert_problem(published.call("GET", "/v1/history", headers=bearer), 401, "key_unknown")
    keyring.close()


def test_an_unknown_event_offer_decision_and_route_are_404(published: RunningEngine) -> None:
    head = published.head
    assert_problem(published.event("no-such-event"), 404, "event_unknown")
    assert_problem(published.call("GET", "/v1/offers/no-such/predictor"), 404, "offer_unknown")
    response = {"decision": "AAAA", "offer": "care-plus", "outcome": "accepted"}
    assert_problem(published.respond(response), 404, "decision_unknown")
    assert_problem(published.call("GET", "/v1/nothing"), 404, "route_unknown")
    assert_problem(published.call("GET", "/v1/history/"), 404, "route_unknown")
    assert_problem(published.call("GET", "/v1/publications/x"), 404, "route_unknown")
    assert published.head == head


def test_an_event_before_any_publication_is_refused(engine: RunningEngine) -> None:
    assert_problem(engine.event(), 404, "nothing_published")
    assert engine.head == 0


def test_a_wrong_method_is_told_the_right_ones(published: RunningEngine) -> None:
    answer = published.call("DELETE", "/v1/publications/1")
    assert_problem(answer, 405, "method_refused")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "PUT"}


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "application/json; charset=latin-1", "nonsense"])
def test_a_body_of_another_media_type_is_refused(published: RunningEngine, media: str) -> None:
    answer = published.call("POST", "/v1/events/call-started", GOOD_EVENT, headers={"Content-Type": media})
    assert_problem(answer, 415, "media_type_refused")


@pytest.mark.parametrize("path", ["/v1/events/call-started", "/v1/responses", "/v1/publications/validate"])
def test_a_compressed_body_is_refused_and_not_read_as_it_came(published: RunningEngine, path: str) -> None:
    answer = published.call("POST", path, GOOD_EVENT, headers={"Content-Encoding": "gzip"})
    assert_problem(answer, 415, "media_type_refused")
    plain = published.call("POST", "/v1/events/call-started", GOOD_EVENT, headers={"Content-Encoding": "identity"})
    assert plain.status == 200


@pytest.mark.parametrize("values", [("identity", "gzip"), ("gzip", "identity"), ("identity", ""), ("", "identity")])
def test_a_body_is_compressed_if_any_of_its_headers_says_so(published: RunningEngine, values: tuple[str, str]) -> None:
    twice = dict(zip(("Content-Encoding", "content-encoding"), values, strict=True))
    answer = published.call("POST", "/v1/events/call-started", GOOD_EVENT, headers=twice)
    assert_problem(answer, 415, "media_type_refused")


def test_a_number_in_a_path_is_spelt_in_one_way(published: RunningEngine) -> None:
    assert published.call("GET", "/v1/publications/1").status == 200
    assert_problem(published.call("GET", "/v1/publications/01"), 404, "route_unknown")
    assert_problem(published.call("GET", "/v1/publications/1%0A"), 404, "route_unknown")


def test_a_line_end_in_a_path_belongs_to_the_name(published: RunningEngine) -> None:
    for customer in ("c", "c\n", "c\nd"):
        published.event(customer=customer)
    assert published.call("DELETE", "/v1/customers/c%0Ad").status == 200
    assert published.call("DELETE", "/v1/customers/c%0A").status == 200
    assert_problem(published.call("GET", "/v1/customers/c%0A"), 404, "customer_unknown")
    assert published.call("GET", "/v1/customers/c").status == 200


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (b"", ["malformed"]),
        (b"{", ["malformed"]),
        (b"\xff\xfe", ["malformed"]),
        (b'{"session":"\xff","customer":"c","channel":"call-center"}', ["malformed"]),
        (b"[]", ["wrong_type"]),
        (b'{"session":"s","session":"s","customer":"c","channel":"call-center"}', ["duplicate_key"]),
        (b'{"session":"s","customer":"c","channel":"call-center","attributes":{"a":NaN}}', ["not_finite"]),
        (b'{"session":"s","customer":"c","channel":"call-center","attributes":{"a":1e999}}', ["not_finite"]),
        (b'{"attributes":' + b'{"a":' * 5000 + b"1" + b"}" * 5001, ["too_deep"]),
        (
            b'{"session":"","customer":1,"channel":" ","x":0}',
            ["wrong_form", "wrong_type", "wrong_length", "unknown_field"],
        ),
    ],
    ids=["empty", "cut", "not utf-8", "text not utf-8", "list", "doubled key", "NaN", "infinite", "deep", "everything"],
)  # fmt: skip
def test_everything_wrong_with_a_body_is_listed(published: RunningEngine, body: bytes, codes: list[str]) -> None:
    head = published.head
    answer = published.call("POST", "/v1/events/call-started", body)
    assert_problem(answer, 422, "body_refused")
    assert answer.codes == codes
    assert published.head == head


def test_a_number_of_thousands_of_digits_is_refused_in_plain_words(published: RunningEngine) -> None:
    body = b'{"session":"s","customer":"c","channel":"call-center","attributes":{"a":' + b"1" * 5000 + b"}}"
    answer = published.call("POST", "/v1/events/call-started", body)
    assert_problem(answer, 422, "body_refused")
    (fault,) = answer.json["errors"]
    assert (fault["code"], fault["message"]) == ("malformed", "a number has more than 4300 digits")


def test_wrong_attributes_are_all_named(published: RunningEngine) -> None:
    head = published.head
    attributes = {
        "customer.tenure_months": "long",
        "customer.segment": "nobody",
        "nope.nope": 1,
        "machine.age_months": 999,
    }
    answer = published.event(attributes=attributes)
    assert_problem(answer, 422, "body_refused")
    assert {fault["path"] for fault in answer.json["errors"]} == {f"/attributes/{name}" for name in attributes}
    assert published.head == head


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("after=-1", "after"),
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("types=x", "types"),
        ("types=", "types"),
        ("afer=1", "afer"),
        ("after=1&after=2", "after"),
    ],
)
def test_a_wrong_parameter_is_refused(published: RunningEngine, query: str, path: str) -> None:
    answer = published.call("GET", f"/v1/history?{query}")
    assert_problem(answer, 422, "parameter_refused")
    assert answer.json["errors"][0]["path"] == f"/query/{path}"


def test_a_body_over_a_megabyte_is_refused_by_its_declared_length(published: RunningEngine) -> None:
    body = b'{"session":"' + b"x" * 1_000_000 + b'"}'
    assert_problem(published.call("POST", "/v1/events/call-started", body), 413, "body_too_large")


def test_a_chunked_body_over_a_megabyte_is_refused_while_it_comes(published: RunningEngine) -> None:
    host, port = published.url.removeprefix("http://").split(":")
    head = (
        f"POST /v1/events/call-started HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {published.keys['decide']}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode())
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        for _ in range(16):
            connection.sendall(chunk)
        assert connection.recv(64).startswith(b"HTTP/1.1 413")


def test_a_large_but_legal_body_is_read(published: RunningEngine) -> None:
    text = msgspec.json.encode({**GOOD_EVENT, "attributes": {"customer.first_name": "x"}})
    assert published.call("POST", "/v1/events/call-started", text + b" " * 900_000).status == 200


def test_every_answer_forbids_sniffing_framing_and_caching(published: RunningEngine) -> None:
    for answer in (published.event(), published.call("GET", "/nope"), published.call("GET", "/health/live")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_no_key_is_written_to_any_file_or_log(
    published: RunningEngine, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    published.event(customer="somebody-in-particular")
    published.call("POST", "/v1/events/call-started", b"{", headers={"Authorization": "Bearer tw_wrong_key"})
    published.stop()
    out = capfd.readouterr()
    said = out.out + out.err + caplog.text
    secrets = [*published.keys.values(), "tw_wrong_key", "somebody-in-particular"]
    assert [secret for secret in secrets if secret in said] == []
    files = [file for file in Path(published.data).rglob("*") if file.is_file()]
    assert files
    found = [(file.name, secret) for file in files for secret in secrets if secret.encode() in file.read_bytes()]
    assert found == []


def test_a_fault_of_ours_is_a_problem_and_says_nothing_of_the_call(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(predictors, "predictor_view", broken)
    answer = published.call("GET", "/v1/offers/care-plus/predictor")
    assert_problem(answer, 500, "failed")
    assert answer.headers["x-content-type-options"] == "nosniff"
    metrics = published.call("GET", "/metrics").body.decode()
    published.stop()
    assert "ZeroDivisionError" in caplog.text
    assert published.keys["read"] not in caplog.text
    assert 'tradewind_calls_total{door="predictor",status="500"} 1.0' in metrics


def test_metrics_count_calls_and_name_nobody(published: RunningEngine) -> None:
    for _ in range(3):
        published.event(customer="somebody-in-particular", agent="agent-in-particular")
    published.event(channel="")
    page = published.call("GET", "/metrics").body.decode()
    assert 'tradewind_calls_total{door="run_event",status="200"} 3.0' in page
    assert 'tradewind_calls_total{door="run_event",status="422"} 1.0' in page
    assert "tradewind_position 4.0" in page
    assert "in-particular" not in page
