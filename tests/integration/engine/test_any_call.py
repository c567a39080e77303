"""Whatever a call says to an event that does everything: it is answered or refused, and its decision comes out again.

The attributes have their real names, unlike those that the document's fuzzing makes up, so most calls come far.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines import RunningEngine, start_engine
from tests.publications import offer
from tests.sources_server import SourceServer, source_server

from tradewind.engine.lab.replaying import decisions_of

Json = dict[str, Any]

TYPES = ("number", "category", "boolean", "text", "instant", "list")
NAMES = [f"{group}.{kind}" for group in ("a", "b") for kind in TYPES]
LISTED = ["one", "two"]

INSTANTS = st.sampled_from(
    ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z",
     "2026-03-29T02:30:00+01:00", "2026-03-01T09:30:00.123456789Z"]
)  # fmt: skip
NUMBERS = st.sampled_from(
    [0, -0.0, 1, 10, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 2**53, 2**63, 10**300]
)
TEXTS = st.sampled_from(["", "one", ".", "..", "a/b", "a\x00b", "\r\n", "ș", "\U0010ffff", "{b.text}", "x" * 16_384])
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, {"a": []}, [1], "2026-02-30T00:00:00Z", "2026-01-01", "three", "x" * 16_385]
)
VALUES = st.one_of(NUMBERS, TEXTS, INSTANTS, st.booleans(), st.lists(TEXTS, max_size=3), ODD)
OF_TYPE = {
    "number": NUMBERS,
    "category": st.sampled_from(LISTED),
    "boolean": st.booleans(),
    "text": TEXTS,
    "instant": INSTANTS,
    "list": st.lists(TEXTS, max_size=3),
}
FITTING = st.fixed_dictionaries({}, optional={name: OF_TYPE[name.partition(".")[2]] for name in NAMES})
MIXED = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)
RESPONSES = st.fixed_dictionaries(
    {"decision": TEXTS, "offer": TEXTS, "outcome": st.sampled_from(["accepted", "skipped", "none"])},
    optional={"at": INSTANTS, "value": NUMBERS, "correction": st.booleans()},
)
SHORT = TEXTS.filter(lambda text: 0 < len(text) <= 128)
SESSIONS = st.integers(0, 100).map(str)
PLAIN = st.fixed_dictionaries(
    {"session": SESSIONS, "customer": SHORT, "channel": st.just("desk"), "attributes": FITTING},
    optional={"language": st.sampled_from(["ro", "en", "xx"]), "agent": SHORT, "dry_run": st.booleans()},
)
WILD = st.fixed_dictionaries(
    {"session": TEXTS, "customer": TEXTS, "channel": st.sampled_from(["desk", "web", ""])},
    optional={
        "attributes": MIXED,
        "language": st.sampled_from(["ro", "en", "xx"]),
        "agent": TEXTS,
        "limit": st.sampled_from([1, 50]),
        "dry_run": st.booleans(),
        "min_position": st.sampled_from(["0", 1]),
        "response": RESPONSES,
    },
)


def document(source: SourceServer) -> Json:
    """Groups of every type, filled by each other and by a source that is asked with everything."""
    everything = "/".join(f"{{{name}}}" for name in NAMES[:3]) + "?" + "&".join(f"{{{name}}}" for name in NAMES[3:6])
    attributes = [{"name": kind, "type": kind, "values": LISTED if kind == "category" else []} for kind in TYPES]
    asked = [
        {"name": f"by-{kind}", "request": {"url": source.url(f"/{{a.{kind}}}?{{a.{kind}}}")},
         "mapping": {f"b.{kind}": f"$.{kind}"}} for kind in TYPES
    ]  # fmt: skip
    told = {"name": "told", "request": {"method": "POST", "url": source.url(f"/{everything}"),
            "headers": {"X-Who": "{customer} {a.text}"}, "body": {name: f"{{{name}}}" for name in NAMES[:6]}},
            "mapping": {"b.number": "$.number"}}  # fmt: skip
    givers = [{"event": True}, *({"data_source": each["name"]} for each in (*asked, told))]
    rules = [
        "a.number > b.number || a.number - 1.0 < b.number * 2.0",
        "a.instant < b.instant || now() - a.instant > days(1) || b.instant + days(3650) > now()",
        "a.list.exists(x, x in b.list) || size(a.text) > 3 || a.text.matches('a+') || a.text + b.text == 'x'",
        "a.category == b.category || has(b.boolean) || !a.boolean",
        "times('shown', days(30)) < 3",
    ]
    assigned = {"b.number": "a.number * 2.0", "b.instant": "a.instant + days(3650)", "b.text": "a.text + a.text",
                "b.boolean": "a.number > 0.0"}  # fmt: skip
    return {
        "wire": 1,
        "number": 1,
        "time_zone": "America/St_Johns",
        "condition_groups": [
            {"name": "a", "attributes": [{**each, "predictive": True} for each in attributes]},
            {"name": "b", "attributes": attributes, "populated_by": [*givers, {"condition_group": "a"}]},
        ],
        "data_sources": [*asked, told],
        "events": [
            {
                "name": "everything",
                "actions": [
                    {"do": "respond"},
                    {"do": "populate", "groups": ["a", "b"]},
                    {"do": "assign", "set": assigned},
                    {"do": "decide", "placement": "desk"},
                    {"do": "assign", "set": {"b.list": "a.list", "b.number": "b.number - 1.0"}},
                    {"do": "notify", "url": source.url("/told")},
                ],
                "output": {name: f"{{{{ {name} }}}}" for name in NAMES}
                | {"said": [f"> {{{{ {NAMES[4]} }}}}", 1, None]},
            }
        ],
        "placements": [{"name": "desk", "channel": "desk", "control_percent": 10.0, "budget_ms": 80}],
        "outcomes": [{"name": "accepted", "reward": 1.0}],
        "contact_policies": [{"name": "calm", "scope": "offer", "max": 2, "days": 7}],
        "offers": [
            offer(f"o-{number}", placements=["desk"], eligibility=rule, treatments=[words(number)])
            for number, rule in enumerate(rules)
        ],
    }


def words(number: int) -> Json:
    title = " ".join(f"{{{{ {name} }}}}" for name in NAMES)
    return {"id": f"t-{number}", "channel": "desk", "language": "en", "texts": {"title": title}}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    said = {"number": 1e308, "category": "one", "boolean": True, "text": "ș", "instant": "9999-12-31T23:59:59-14:00",
            "list": ["", "x"]}  # fmt: skip
    with source_server(said) as source:
        settings = {"TRADEWIND_ENGINE_PRIVATE_HOSTS": source.host}
        engine = start_engine(tmp_path_factory.mktemp("any") / "engine", environment=settings)
        published = engine.publish(document(source))
        assert published.status == 201, published.body
        yield engine
        engine.stop()


@given(call=PLAIN | WILD)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_a_call_is_answered_or_refused_whatever_it_says(call: Json, running: RunningEngine) -> None:
    answer = running.call("POST", "/v1/events/everything", call)
    assert answer.status in (200, 404, 422), answer.body
    decision = answer.json.get("decision")
    if decision and not call.get("dry_run"):
        explained = running.call("GET", f"/v1/decisions/{decision['id']}")
        assert (explained.status, explained.json["reproduced"]) == (200, True)


def test_what_was_decided_for_whatever_calls_comes_out_again(running: RunningEngine) -> None:
    tally = decisions_of(running.data)
    assert tally.differing == 0
    assert tally.reproduced > 30
