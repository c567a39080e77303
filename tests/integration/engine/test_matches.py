"""How many contexts would this condition hold for? The rule builder's count, read as a stream."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from tests.engines import Answer, RunningEngine

from tradewind.engine.service import matching

type Json = dict[str, Any]


def match(engine: RunningEngine, expression: str, contexts: Iterable[Json | bytes], **condition: Any) -> Answer:
    lines = [{"expression": expression, **condition}, *contexts]
    body = b"\n".join(line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines)
    headers = {"Content-Type": "application/x-ndjson"}
    return engine.call("POST", "/v1/conditions/match", body, scope="read", headers=headers)


def test_matches_are_counted_and_named_and_unknown_ones_counted_apart(published: RunningEngine) -> None:
    contexts: list[Json | bytes] = [
        {"customer.tenure_months": 30, "customer.segment": "home"},
        {"customer.tenure_months": 3},
        b"",
        {},
        {"customer.tenure_months": None},
        {"customer.tenure_months": 24},
    ]
    answer = match(published, "customer.tenure_months >= 24.0", contexts)
    assert answer.status == 200, answer.body
    assert answer.json == {"matched": 2, "unknown": 2, "of": 5, "matches": [0, 4]}


def test_a_condition_may_bring_its_own_groups(engine: RunningEngine) -> None:
    groups = [{"name": "basket", "attributes": [{"name": "total", "type": "number"}]}]
    contexts = [{"basket.total": number} for number in range(100)]
    answer = match(engine, "basket.total > 89.0", contexts, condition_groups=groups)
    assert answer.json["matches"] == list(range(90, 100))


def test_no_contexts_are_none_of_none(published: RunningEngine) -> None:
    assert match(published, "true", []).json == {"matched": 0, "unknown": 0, "of": 0, "matches": []}


def test_everything_wrong_with_the_contexts_is_listed_with_its_line(published: RunningEngine) -> None:
    contexts: list[Json | bytes] = [
        {"customer.tenure_months": "long"},
        {"customer.segment": "home"},
        {"nope.nope": 1, "customer.segment": "nobody"},
        b"{",
        b"[]",
        b'{"customer.segment":"home","customer.segment":"home"}',
        b'{"customer.tenure_months":NaN}',
    ]
    answer = match(published, "true", contexts)
    assert (answer.status, answer.json["type"]) == (422, "urn:tradewind:problem:body_refused")
    assert [(fault["line"], fault["path"], fault["code"]) for fault in answer.json["errors"]] == [
        (2, "/customer.tenure_months", "wrong_type"),
        (4, "/nope.nope", "unknown_attribute"),
        (4, "/customer.segment", "unknown_value"),
        (5, "", "malformed"),
        (6, "", "wrong_type"),
        (7, "/customer.segment", "duplicate_key"),
        (8, "/customer.tenure_months", "not_finite"),
    ]


@pytest.mark.parametrize("expression", ["customer.nope > 1.0", "true &&", "1.0"])
def test_a_faulty_condition_is_refused_at_its_place(published: RunningEngine, expression: str) -> None:
    answer = match(published, expression, [])
    assert answer.status == 422
    (fault,) = answer.json["errors"]
    assert (fault["path"], fault["line"]) == ("/expression", 1)
    assert fault["column"] >= 1


def test_a_body_without_a_condition_is_refused(published: RunningEngine) -> None:
    for body in (b"", b"\n\n", b"{}", b"{"):
        answer = published.call(
            "POST", "/v1/conditions/match", body, scope="read", headers={"Content-Type": "application/x-ndjson"}
        )
        assert (answer.status, answer.json["type"]) == (422, "urn:tradewind:problem:body_refused"), body


def test_many_faults_are_cut_off(published: RunningEngine) -> None:
    answer = match(published, "true", [{"nope.nope": 1}] * 3000)
    assert answer.codes[-1] == "more"
    assert len(answer.codes) == 1001


def test_too_many_contexts_and_too_long_lines_are_refused(
    published: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "MOST", 10)
    assert match(published, "true", [{}] * 10).status == 200
    too_many: list[Json | bytes] = [{}] * 11
    too_long: list[Json | bytes] = [b"x" * 1_000_001]
    for contexts in (too_many, too_long):
        answer = match(published, "true", contexts)
        assert (answer.status, answer.json["type"]) == (413, "urn:tradewind:problem:body_too_large")


def test_nothing_is_stored(published: RunningEngine) -> None:
    head = published.head
    match(published, "customer.is_student", [{"customer.is_student": True}])
    assert published.head == head
