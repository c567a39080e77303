"""The right to be forgotten and the right to see: no file holds the person any more, and nothing learnt is lost."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engines import RunningEngine, start_engine
from tests.publications import ATTRIBUTES

from tradewind.engine.core.state import model_digest, state_digest
from tradewind.engine.history import Vault, verify
from tradewind.engine.history import vault as vaults

ANA, BOB = "customer-of-larkfield-1029", "customer-of-larkfield-2077"
NAME = "Anamaria-Quintessa"
PERSONAL = {**ATTRIBUTES, "customer.first_name": NAME}


def files(data: Path) -> bytes:
    return b"\0".join(file.read_bytes() for file in sorted(data.rglob("*")) if file.is_file())


def live(engine: RunningEngine, customer: str, *, name: str = NAME, visitor: str | None = None) -> dict[str, Any]:
    """A life: an event, an answer, consent, an alias with an event of its own. The decision of the first."""
    attributes = {**PERSONAL, "customer.first_name": name}
    decision: dict[str, Any] = engine.event(customer=customer, session="s", attributes=attributes).json["decision"]
    engine.respond({"decision": decision["id"], "offer": decision["offers"][0]["offer"], "outcome": "accepted"})
    engine.call("PUT", f"/v1/customers/{customer}/consents", {"consents": [{"purpose": "x", "granted": True}]})
    if visitor is not None:
        engine.event(customer=visitor, session="v", attributes=attributes)
        engine.call("POST", f"/v1/customers/{customer}/aliases", {"alias": visitor})
        engine.event(customer=visitor, session="v", attributes=attributes)
    return decision


def export(engine: RunningEngine, customer: str) -> list[dict[str, Any]]:
    answer = engine.call("GET", f"/v1/customers/{customer}")
    assert answer.status == 200, answer.body
    return [msgspec.json.decode(line) for line in answer.body.splitlines()]


def erase(engine: RunningEngine, customer: str) -> int:
    return engine.call("DELETE", f"/v1/customers/{customer}").status


def test_no_file_holds_the_customer_an_attribute_or_the_key(published: RunningEngine) -> None:
    live(published, ANA, visitor="visitor-of-larkfield-88")
    live(published, BOB, name="Bob-Quintus")
    vault = published.engine.subjects.vault
    keys = [subject.key for name in (ANA, "visitor-of-larkfield-88") if (subject := vault.find(name))]
    bobs = vault.find(BOB)
    assert len(keys) == 2
    assert any(keys[0][:16] in file for file in [files(published.data)])
    assert erase(published, ANA) == 200
    for found in (files(published.data), _stopped(published)):
        for trace in (ANA, "visitor-of-larkfield-88", NAME):
            assert trace.encode() not in found
        assert not any(half in found for key in keys for half in (key[:16], key[16:]))
        assert bobs is not None
        assert bobs.key[:16] in found or bobs.key[16:] in found


def _stopped(engine: RunningEngine) -> bytes:
    engine.stop()
    return files(engine.data)


def test_history_stays_whole_and_the_model_is_the_same_now_and_folded_again(published: RunningEngine) -> None:
    live(published, ANA)
    before = model_digest(published.engine.state)
    erase(published, ANA)
    assert model_digest(published.engine.state) == before
    digest = state_digest(published.engine.state)
    published.stop()
    assert not hasattr(verify(published.data / "history.sqlite"), "why")
    again = start_engine(published.data)
    assert model_digest(again.engine.state) == before
    assert state_digest(again.engine.state) == digest
    again.stop()


def test_another_customer_is_not_concerned(published: RunningEngine) -> None:
    live(published, ANA)
    live(published, BOB, name="Bob")
    bobs = export(published, BOB)
    erase(published, ANA)
    assert export(published, BOB)[1:] == bobs[1:]
    lines = published.history(types="event_handled")
    assert [line["customer"] for line in lines] == [None, BOB]
    assert [line["attributes"] and line["attributes"]["customer.first_name"] for line in lines] == [None, "Bob"]


def test_erased_once_is_erased_and_whoever_comes_back_is_new(published: RunningEngine) -> None:
    live(published, ANA, visitor="v-1")
    assert erase(published, "v-1") == 200
    assert erase(published, ANA) == 404
    assert published.call("GET", f"/v1/customers/{ANA}").status == 404
    published.event(customer=ANA, session="back", attributes=PERSONAL)
    published.event(customer="v-1", session="back", attributes=PERSONAL)
    first, *_, back, visitor = published.history(types="event_handled")
    assert len({first["subject"], back["subject"], visitor["subject"]}) == 3
    (line,) = published.history(types="customer_erased")
    assert line["subjects"][0] == first["subject"]
    assert len(line["subjects"]) == 2
    assert [line["type"] for line in export(published, ANA)] == ["customer", "event_handled", "end"]


def test_what_a_key_may_not_do_does_not_tell_who_exists(published: RunningEngine) -> None:
    live(published, ANA)
    for method in ("GET", "DELETE"):
        for scope in ("publish", "decide", "read"):
            answers = [published.call(method, f"/v1/customers/{who}", scope=scope) for who in (ANA, "nobody")]
            assert [answer.status for answer in answers] == [403, 403]
            assert answers[0].body == answers[1].body
        unknown = published.call(method, "/v1/customers/nobody")
        assert (unknown.status, unknown.json["type"]) == (404, "urn:tradewind:problem:customer_unknown")
        assert published.call(method, f"/v1/customers/{'x' * 129}").status == 422
    assert published.engine.subjects.known("nobody") is None


def test_a_decision_of_whoever_was_erased_can_still_be_answered(published: RunningEngine) -> None:
    decision = live(published, ANA)
    erase(published, ANA)
    receipt = published.respond(
        {"decision": decision["id"], "offer": decision["offers"][1]["offer"], "outcome": "rejected"}
    )
    assert receipt.json["recorded"] == 1
    assert published.history(types="response_recorded")[-1]["customer"] is None


def test_an_event_that_is_sent_again_after_the_erasure_is_refused(published: RunningEngine) -> None:
    call = {"id": "e-1", "customer": ANA, "attributes": PERSONAL}
    published.event(**call)
    erase(published, ANA)
    again = published.event(**call)
    assert (again.status, again.json["type"]) == (422, "urn:tradewind:problem:id_used")
    assert published.engine.subjects.known(ANA) is None


def test_events_in_flight_while_erasing_end_well(published: RunningEngine) -> None:
    statuses: list[int] = []
    ends = threading.Event()

    def call(number: int) -> None:
        while not ends.is_set():
            answer = published.event(customer=ANA, session=f"s-{number}", attributes=PERSONAL)
            statuses.append(answer.status)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    erased = [erase(published, ANA) for _ in range(8)]
    ends.set()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200}
    assert erased.count(200) >= 1
    assert set(erased) <= {200, 404}
    erase(published, ANA)
    lines = published.history(limit=100_000)
    gone = {subject for line in lines if line["type"] == "customer_erased" for subject in line["subjects"]}
    assert {line["subject"] for line in lines if line["type"] == "event_handled"} <= gone
    ended = {
        subject: int(line["position"])
        for line in lines
        if line["type"] == "customer_erased"
        for subject in line["subjects"]
    }
    assert all(int(line["position"]) < ended[line["subject"]] for line in lines if line["type"] == "event_handled")
    assert ANA.encode() not in files(published.data)


def test_a_crash_between_the_fact_and_the_key_is_repaired_at_the_next_start(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(published, ANA, visitor="v-1")
    subject = published.engine.subjects.vault.find(ANA)
    assert subject is not None

    def fail(self: Vault, refs: object) -> list[str]:
        raise OSError("the disk is gone")

    monkeypatch.setattr(Vault, "forget", fail)
    assert erase(published, ANA) == 503
    found = _stopped(published)
    assert subject.key[:16] in found or subject.key[16:] in found
    monkeypatch.undo()
    again = start_engine(published.data)
    assert again.engine.subjects.vault.find(ANA) is None
    assert again.engine.subjects.vault.find("v-1") is None
    found = files(published.data)
    assert subject.key[:16] not in found
    assert subject.key[16:] not in found
    assert len(again.history(types="customer_erased")) == 1
    again.stop()


def test_nothing_that_was_decrypted_for_later_is_kept_in_memory(published: RunningEngine) -> None:
    decision = live(published, ANA)
    jobs = published.engine.jobs
    jobs.patience_s = 0.0
    assert published.call("GET", f"/v1/decisions/{decision['id']}").status == 202
    (job,) = jobs._jobs.values()
    ends = time.monotonic() + 30
    while not job.future.done() and time.monotonic() < ends:
        time.sleep(0.001)
    assert erase(published, ANA) == 200
    assert jobs._jobs == {}


def test_an_erasure_that_failed_half_way_is_finished_by_the_next_call(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(published, ANA)

    def fail(self: Vault) -> None:
        raise vaults.StillInUse("somebody reads it")

    monkeypatch.setattr(Vault, "_empty_log", fail)
    assert erase(published, ANA) == 500
    monkeypatch.undo()
    assert published.event(customer=ANA, session="back", attributes=PERSONAL).status == 200
    assert erase(published, ANA) == 200
    assert len(published.history(types="customer_erased")) == 2


def test_a_key_that_comes_back_with_a_backup_of_the_vault_is_wiped_again(published: RunningEngine) -> None:
    live(published, ANA)
    live(published, BOB, name="Bob")
    subject = published.engine.subjects.vault.find(ANA)
    assert subject is not None
    published.stop()
    shutil.copy(published.data / "vault.sqlite", published.data.parent / "backup")
    again = start_engine(published.data)
    assert erase(again, ANA) == 200
    again.stop()
    shutil.copy(published.data.parent / "backup", published.data / "vault.sqlite")
    restored = start_engine(published.data)
    assert restored.engine.subjects.vault.find(ANA) is None
    found = files(published.data)
    assert subject.key[:16] not in found
    assert subject.key[16:] not in found
    assert [line["customer"] for line in restored.history(types="event_handled")] == [None, BOB]
    restored.stop()


def test_the_export_lists_every_event_of_the_person_under_all_their_ids(published: RunningEngine) -> None:
    decision = live(published, ANA, visitor="v-1")
    live(published, BOB, name="Bob")
    head, *lines, end = export(published, ANA)
    assert head == {
        "type": "customer",
        "position": str(published.head),
        "customer": ANA,
        "aliases": ["v-1"],
        "consents": [{"purpose": "x", "channel": None, "granted": True}],
    }
    assert end == {"type": "end", "lines": len(lines)}
    kinds = [
        "event_handled",
        "response_recorded",
        "consents_changed",
        "event_handled",
        "customers_joined",
        "event_handled",
    ]
    assert [line["type"] for line in lines] == kinds
    mine = [line for line in published.history() if line.get("customer") in (ANA, "v-1")]
    assert [line["position"] for line in lines] == [line["position"] for line in mine]
    assert lines[0]["attributes"] == PERSONAL
    assert lines[0]["bins"]
    assert lines[0]["answer"]["decision"]["id"] == decision["id"]
    assert lines[0]["answer"]["position"] == lines[0]["position"]
    assert [line["customer"] for line in lines if line["type"] == "event_handled"] == [ANA, "v-1", "v-1"]
    assert export(published, "v-1") == [head, *lines, end]


def test_a_reference_that_a_client_chose_for_an_id_shows_nobody_elses_events(published: RunningEngine) -> None:
    published.event(customer=ANA, attributes=PERSONAL)
    (line,) = published.history(types="event_handled")
    published.event(customer=BOB, id=line["subject"], attributes=PERSONAL)
    assert [each["type"] for each in export(published, ANA)] == ["customer", "event_handled", "end"]


def test_a_long_export_comes_in_parts(published: RunningEngine) -> None:
    for number in range(150):
        published.event(customer=ANA, session=f"s-{number}", attributes=PERSONAL)
    lines = export(published, ANA)
    assert lines[-1] == {"type": "end", "lines": 150}
    assert [line["session"] for line in lines[1:-1]] == [f"s-{number}" for number in range(150)]
