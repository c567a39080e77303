"""Whatever the graph and whoever answers first: the same attributes, each source asked at most once."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tradewind.engine import wire
from tradewind.engine.core.populating import Filling, Population
from tradewind.engine.core.populating_checks import population_faults

type Json = dict[str, Any]

GROUPS, ATTRIBUTES = ("a", "b", "c"), ("x", "y")
NAMES = [f"{group}.{attribute}" for group in GROUPS for attribute in ATTRIBUTES]
SOURCES = ("s", "t", "u", "v")
origins = st.one_of(
    st.just({"event": True}),
    st.sampled_from([{"data_source": name} for name in SOURCES]),
    st.sampled_from([{"condition_group": name} for name in GROUPS]),
)


@st.composite
def graphs(draw: st.DrawFn) -> wire.Publication:
    """A publication whose sources map what their groups list; circles are left to the checks."""
    groups: list[Json] = [
        {"name": name, "attributes": [{"name": each, "type": "text"} for each in ATTRIBUTES],
         "populated_by": draw(st.lists(origins, max_size=4, unique_by=str))}
        for name in GROUPS
    ]  # fmt: skip
    lists = {group["name"]: [origin.get("data_source") for origin in group["populated_by"]] for group in groups}
    sources = []
    for name in SOURCES:
        targets = [target for target in NAMES if name in lists[target[0]]]
        mapping = dict.fromkeys(draw(st.lists(st.sampled_from(targets), unique=True)) if targets else [], "$")
        needs = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
        fallback = {target: f"{name}-default" for target in mapping if draw(st.booleans())}
        url = "http://x/" + "".join(f"{{{need}}}" for need in needs)
        sources.append({"name": name, "request": {"url": url}, "mapping": mapping, "fallback": fallback})
    content = {"wire": 1, "number": 1, "condition_groups": groups, "data_sources": sources}
    return msgspec.convert(content, wire.Publication)


answers = st.fixed_dictionaries({name: st.sampled_from(["all", "half", "nothing"]) for name in SOURCES})
sent = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["1", "2"]))


def run(graph: Population, given_: Json, wanted: list[str], behaviour: dict[str, str], draw: st.DataObject) -> Any:
    """Fill until nobody is left to ask; who of those under way answers next is drawn."""
    filling = Filling(graph, known={}, sent=given_, call={})
    asked: list[str] = []
    running: list[Any] = []
    while True:
        for source in filling.to_ask(wanted):
            assert source.name not in asked
            values = filling.request_values(source)
            assert None not in values.values()
            asked.append(source.name)
            running.append((source, values))
        if not running:
            break
        source, values = running.pop(draw.draw(st.integers(0, len(running) - 1)))
        names = sorted(source.attributes)
        said = {"all": names, "half": names[::2], "nothing": []}[behaviour[source.name]]
        filling.answered(source.name, {name: f"{source.name}({sorted(values.items())})" for name in said})
    before = filling.values()
    filling.close()
    return sorted(asked), before, filling.values()


@given(graphs(), sent, st.lists(st.sampled_from(NAMES), unique=True), answers, st.data())
def test_the_order_of_answers_does_not_matter(
    document: wire.Publication, given_: Json, wanted: list[str], behaviour: dict[str, str], draw: st.DataObject
) -> None:
    if population_faults(document):
        return
    graph = Population.of(document)
    first = run(graph, given_, wanted, behaviour, draw)
    assert run(graph, given_, wanted, behaviour, draw) == first
    _, (values, _), (closed, defaults) = first
    assert {name: values[name] for name in wanted if name in values} == {
        name: closed[name] for name in wanted if name in closed
    }
    assert set(defaults) <= set(wanted)


@given(graphs(), sent, st.lists(st.sampled_from(NAMES), unique=True), answers, st.data())
def test_wanting_more_changes_nothing_about_what_was_wanted(
    document: wire.Publication, given_: Json, wanted: list[str], behaviour: dict[str, str], draw: st.DataObject
) -> None:
    if population_faults(document):
        return
    graph = Population.of(document)
    asked, _, (values, _) = run(graph, given_, wanted, behaviour, draw)
    more, _, (all_values, _) = run(graph, given_, NAMES, behaviour, draw)
    assert set(asked) <= set(more)
    for name in wanted:
        assert values.get(name) == all_values.get(name)
