"""Where attributes come from: what is asked, in which order, and what is believed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tradewind.engine import wire
from tradewind.engine.core.offers import canonical, compile_publication, read_publication
from tradewind.engine.core.populating import Filling, Population
from tradewind.engine.core.populating_checks import MOST_STEPS, origin_faults, population_faults

type Json = dict[str, Any]


def text(*names: str) -> list[Json]:
    return [{"name": name, "type": "text"} for name in names]


def group(name: str, attributes: list[Json], *origins: str) -> Json:
    """Origins: `event`, a group as `=household`, else a source."""
    populated = [
        {"event": True} if o == "event" else {"condition_group": o[1:]} if o[:1] == "=" else {"data_source": o}
        for o in origins
    ]
    return {"name": name, "attributes": attributes, "populated_by": populated}


def source(name: str, url: str, *targets: str, **declared: Any) -> Json:
    mapping = {target: f"$.{target.partition('.')[2]}" for target in targets}
    return {"name": name, "request": {"url": f"http://source.example{url}"}, "mapping": mapping, **declared}


def document(groups: list[Json], sources: list[Json]) -> wire.Publication:
    content = {"wire": 1, "number": 1, "condition_groups": groups, "data_sources": sources}
    return msgspec.convert(content, wire.Publication)


def population(groups: list[Json], sources: list[Json]) -> Population:
    content = document(groups, sources)
    assert population_faults(content) == []
    return Population.of(content)


def filling(graph: Population, sent: Json | None = None, **options: Any) -> Filling:
    options.setdefault("known", {})
    return Filling(graph, sent=sent or {}, call={"customer": "c-1"}, **options)


def asked(filled: Filling, *wanted: str) -> list[str]:
    return [each.name for each in filled.to_ask(wanted)]


BILLING = source("billing", "/{customer.id}", "customer.balance")
CHAIN = population(
    [
        group("customer", text("id", "balance", "household"), "event", "crm", "billing"),
        group("home", text("city"), "homes"),
    ],
    [
        source("crm", "/{customer}", "customer.id", "customer.household"),
        source("billing", "/{customer.id}", "customer.balance", fallback={"customer.balance": "none"}),
        source("homes", "/{customer.household}", "home.city"),
    ],
)


def test_only_what_is_wanted_is_asked_for() -> None:
    filled = filling(CHAIN, {"customer.id": "7"})
    assert asked(filled) == []
    assert asked(filled, "customer.id") == []
    assert asked(filled, "customer.balance") == ["billing"]
    assert asked(filled, "customer.balance") == []


def test_a_source_waits_for_what_it_is_asked_with() -> None:
    filled = filling(CHAIN)
    assert asked(filled, "home.city", "customer.balance") == ["crm"]
    filled.answered("crm", {"customer.id": "7", "customer.household": "h"})
    assert asked(filled, "home.city", "customer.balance") == ["billing", "homes"]
    filled.answered("homes", {"home.city": "Iași"})
    filled.answered("billing", {"customer.balance": "12"})
    values, defaults = filled.values()
    assert values == {
        "customer.id": "7", "customer.household": "h", "customer.balance": "12", "home.city": "Iași"
    }  # fmt: skip
    assert defaults == {}


def test_what_a_source_cannot_be_asked_with_leaves_its_attributes_missing_or_by_default() -> None:
    filled = filling(CHAIN)
    asked(filled, "home.city", "customer.balance")
    filled.answered("crm", {})
    assert asked(filled, "home.city", "customer.balance") == []
    assert filled.values() == ({"customer.balance": "none"}, {"customer.balance": "none"})


def test_a_fallback_nobody_wanted_is_not_used() -> None:
    filled = filling(CHAIN, {"customer.id": "7"})
    asked(filled, "home.city")
    filled.close()
    assert filled.values() == ({"customer.id": "7"}, {})


def test_closing_gives_up_on_whoever_is_late() -> None:
    filled = filling(CHAIN, {"customer.id": "7"})
    assert asked(filled, "customer.balance") == ["billing"]
    filled.close()
    assert asked(filled, "customer.balance") == []
    assert filled.values()[1] == {"customer.balance": "none"}


def test_the_more_trusted_giver_is_believed_whoever_answers_first() -> None:
    graph = population(
        [group("customer", text("plan"), "crm", "event", "old")],
        [source("crm", "/{customer}", "customer.plan"), source("old", "/{customer}", "customer.plan")],
    )
    filled = filling(graph)
    assert asked(filled, "customer.plan") == ["crm", "old"]
    filled.answered("old", {"customer.plan": "stale"})
    filled.answered("crm", {"customer.plan": "fresh"})
    assert filled.values()[0] == {"customer.plan": "fresh"}
    filled = filling(graph, {"customer.plan": "said"})
    assert asked(filled, "customer.plan") == ["crm"]
    filled.answered("crm", {})
    assert filled.values()[0] == {"customer.plan": "said"}


def test_a_real_value_of_a_less_trusted_giver_goes_before_a_fallback() -> None:
    graph = population(
        [group("customer", text("plan"), "crm", "old")],
        [
            source("crm", "/{customer}", "customer.plan", fallback={"customer.plan": "basic"}),
            source("old", "/{customer}", "customer.plan"),
        ],
    )
    filled = filling(graph)
    asked(filled, "customer.plan")
    filled.answered("crm", {})
    filled.answered("old", {"customer.plan": "plus"})
    assert filled.values() == ({"customer.plan": "plus"}, {})


def test_a_group_is_filled_from_another() -> None:
    graph = population(
        [
            group("customer", text("city", "name"), "event", "=home"),
            group("home", [*text("city"), {"name": "name", "type": "number"}], "homes"),
        ],
        [source("homes", "/{customer}", "home.city")],
    )
    filled = filling(graph)
    assert asked(filled, "customer.city", "customer.name") == ["homes"]
    filled.answered("homes", {"home.city": "Iași"})
    assert filled.values()[0] == {"customer.city": "Iași", "home.city": "Iași"}


def test_what_is_known_is_not_asked_for_again() -> None:
    filled = filling(CHAIN, known={"customer.balance": "12"})
    assert asked(filled, "customer.balance") == []


def test_a_source_that_needs_an_assigned_attribute_waits_for_the_assignment() -> None:
    filled = filling(CHAIN, {"customer.id": "7", "customer.household": "h"}, later=["customer.household"])
    assert asked(filled, "home.city", "customer.balance") == ["billing"]
    filled.assign("customer.household", "h2")
    (homes,) = filled.to_ask(["home.city"])
    assert filled.request_values(homes) == {"customer.household": "h2"}


def test_an_unknown_assignment_leaves_the_attribute_as_it_was() -> None:
    filled = filling(CHAIN, {"customer.household": "h"}, later=["customer.household"])
    filled.assign("customer.household", None)
    assert filled.values()[0] == {"customer.household": "h"}


def test_attributes_that_a_call_may_not_send_are_known() -> None:
    assert CHAIN.unsendable == {"home.city"}


A_X = group("a", text("x"), "s")
GROUP, SOURCE = "/condition_groups/0/populated_by", "/data_sources/0"


@pytest.mark.parametrize(
    ("groups", "sources", "path", "code"),
    [
        ([group("a", text("x"), "nobody")], [], f"{GROUP}/0/data_source", "unknown_source"),
        ([group("a", text("x"), "=b")], [], f"{GROUP}/0/condition_group", "unknown_group"),
        (
            [{"name": "a", "populated_by": [{"event": True, "condition_group": "a"}]}],
            [],
            f"{GROUP}/0",
            "not_one",
        ),
        ([group("a", text("x"))], [source("s", "/", "a.x")], f"{SOURCE}/mapping/a.x", "not_populated"),
        ([A_X], [source("s", "/", "a.y")], f"{SOURCE}/mapping/a.y", "unknown_attribute"),
        ([A_X], [source("s", "/{a.z}", "a.x")], f"{SOURCE}/request/url", "unknown_attribute"),
        ([A_X], [source("s", "/{nobody}", "a.x")], f"{SOURCE}/request/url", "unknown_attribute"),
        ([A_X], [source("s", "/", "a.x"), source("s", "/")], "/data_sources/1/name", "duplicate"),
        ([A_X], [source("s", "/", "a.x", fallback={"a.x": 3})], f"{SOURCE}/fallback/a.x", "wrong_type"),
        ([A_X], [source("s", "/", "a.x", fallback={"a.y": "v"})], f"{SOURCE}/fallback/a.y", "not_mapped"),
        ([A_X], [source("s", "/{a.x}", "a.x")], GROUP, "circle"),
        ([group("a", text("x"), "=b"), group("b", text("x"), "=a")], [], GROUP, "circle"),
    ],
)
def test_what_cannot_be_filled_is_refused_at_its_path(
    groups: list[Json], sources: list[Json], path: str, code: str
) -> None:
    faults = population_faults(document(groups, sources))
    assert [(fault.path, fault.code) for fault in faults] == [(path, code)]


def test_an_origin_that_says_nothing_is_refused_from_now_on_and_stands_for_the_event_in_history() -> None:
    content = document([{**group("a", text("x")), "populated_by": [{}]}], [])
    assert [(fault.path, fault.code) for fault in origin_faults(content)] == [(f"{GROUP}/0", "not_one")]
    assert origin_faults(document([group("a", text("x"), "event")], [])) == []
    folded = read_publication(canonical(content))
    assert (folded.population.givers, folded.population.unsendable) == ({}, frozenset())


@pytest.mark.parametrize("name", ["¹", "9" * 5000, "٣"])
def test_a_fault_at_an_odd_number_finds_its_place_among_the_others(name: str) -> None:
    _, faults, _ = compile_publication(document([A_X], [source("s", "/", "a.y"), source("t", "/", name)]))
    assert [fault.path for fault in faults] == [f"{SOURCE}/mapping/a.y", f"/data_sources/1/mapping/{name}"]


def test_a_circle_is_named() -> None:
    groups = [group("a", text("x"), "s"), group("b", text("y"), "t")]
    sources = [source("s", "/{b.y}", "a.x"), source("t", "/{a.x}", "b.y")]
    (fault,) = population_faults(document(groups, sources))
    assert fault.message == "filled in a circle: a.x from source s from b.y from source t from a.x"


def test_a_source_may_be_asked_with_one_attribute_of_a_group_and_give_another() -> None:
    groups = [group("customer", text("id", "balance"), "event", "billing")]
    assert population_faults(document(groups, [BILLING])) == []


@pytest.mark.parametrize("order", [1, -1])
def test_too_long_a_way_is_refused_in_whatever_order_it_is_written(order: int) -> None:
    def groups(length: int) -> list[Json]:
        chain = [group("g0", text("x"), "event")]
        chain += [group(f"g{place}", text("x"), f"=g{place - 1}") for place in range(1, length)]
        return chain[::order]

    assert population_faults(document(groups(MOST_STEPS), [])) == []
    faults = population_faults(document(groups(MOST_STEPS + 5), []))
    assert [fault.code for fault in faults] == ["too_deep"]


def test_a_wide_graph_is_walked_once() -> None:
    """Every group is filled from two that are filled from two: 2^20 ways, 40 attributes."""
    groups = [group("a0", text("x"), "event"), group("b0", text("x"), "event")]
    for place in range(1, 20):
        groups += [group(f"{side}{place}", text("x"), f"=a{place - 1}", f"=b{place - 1}") for side in "ab"]
    graph = population(groups, [])
    filled = filling(graph)
    assert asked(filled, "a19.x") == []
    assert filled.values() == ({}, {})
    assert filling(graph, {"b0.x": "v"}).values()[0]["a19.x"] == "v"
