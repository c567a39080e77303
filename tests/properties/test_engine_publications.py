"""A publication that compiles keeps what it says, through the wire and through history."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.publications import sample
from tests.unit.engine.core.world import document, offer

from tradewind.engine import wire
from tradewind.engine.core.offers import canonical, compile_publication, digest_of, read_publication

relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

EXPRESSIONS = ("true", "customer.tenure_months >= 24 && !customer.is_student", 'customer.segment in ["home"]', "1 < 2")
texts = st.dictionaries(
    st.sampled_from(["title", "body"]), st.text(max_size=20).filter(lambda t: "{{" not in t and "}}" not in t)
)
offers = st.lists(
    st.builds(
        lambda name, value, priority, rules, said: offer(
            name,
            value=value,
            priority=priority,
            eligibility=rules[0],
            profiles=[{"id": f"p{n}", "rule": rule, "suitability": {"en": "x"}} for n, rule in enumerate(rules)],
            treatments=[{"id": "t", "channel": "call-center", "language": "en", "texts": said}],
        ),
        name=st.text(min_size=1, max_size=12),
        value=st.floats(0, 1e9),
        priority=st.integers(1, 99),
        rules=st.lists(st.sampled_from(EXPRESSIONS), min_size=1, max_size=4),
        said=texts,
    ),
    max_size=8,
    unique_by=lambda one: str(one["id"]),
)


@relaxed
@given(offers=offers)
def test_what_compiles_says_what_the_document_says(offers: list[dict[str, Any]]) -> None:
    message = msgspec.convert(document(*offers), wire.Publication)
    compiled, faults, _ = compile_publication(message)
    assert faults == []
    assert compiled is not None
    assert [one.id for one in compiled.offers] == [one["id"] for one in offers]
    assert compiled.columns.worth[0].tolist() == [one["value"] for one in offers]
    for ours, theirs in zip(compiled.offers, offers, strict=True):
        assert compiled.rule_texts[ours.eligibility] == theirs["eligibility"]
        assert [compiled.rule_texts[p.rule] for p in ours.profiles] == [p["rule"] for p in theirs["profiles"]]
        said = {name: wording.fill({}) for name, wording in ours.treatments["call-center"][0].texts.items()}
        assert said == theirs["treatments"][0]["texts"]
    assert len(compiled.columns.profile_rule) == sum(len(one["profiles"]) for one in offers)


@relaxed
@given(offers=offers)
def test_a_document_comes_back_from_history_as_it_was_published(offers: list[dict[str, Any]]) -> None:
    content = document(*offers)
    text = canonical(content)
    assert msgspec.json.decode(text) == content
    assert canonical(msgspec.json.decode(text)) == text
    message = msgspec.convert(content, wire.Publication)
    directly, _, _ = compile_publication(message)
    again = read_publication(text)
    assert directly is not None
    assert again.rule_texts == directly.rule_texts
    assert again.leaves() == directly.leaves()
    assert np.array_equal(again.columns.profile_rule, directly.columns.profile_rule)
    assert digest_of(canonical(message)) == digest_of(canonical(msgspec.to_builtins(message)))


@relaxed
@given(data=st.data())
def test_any_single_change_of_a_publication_compiles_or_is_a_fault_with_a_path_that_exists(data: st.DataObject) -> None:
    """Break one leaf of a good document in any way the wire still takes: never an exception, always a place."""
    content = sample()
    path, holder, key = data.draw(st.sampled_from(list(leaves(content))))
    holder[key] = data.draw(st.sampled_from(["", "x", "true", "customer.tenure_months", "{{", 0, 3, -1.5, [], {}]))
    try:
        message = msgspec.convert(content, wire.Publication)
    except msgspec.ValidationError:
        return
    compiled, faults, _ = compile_publication(message)
    assert (compiled is None) == bool(faults), path
    for fault in faults:
        resolve(msgspec.to_builtins(message), fault.path)


def leaves(node: Any, path: str = "") -> Any:
    """Every place that holds no container, with what holds it."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, dict | list) and value:
            yield from leaves(value, f"{path}/{key}")
        else:
            yield f"{path}/{key}", node, key


def resolve(node: Any, pointer: str) -> Any:
    """Follow a JSON Pointer; what is left out at its default may be its last step."""
    steps = pointer.split("/")[1:]
    for number, step in enumerate(steps):
        if isinstance(node, dict) and step not in node and number == len(steps) - 1:
            return None
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node
