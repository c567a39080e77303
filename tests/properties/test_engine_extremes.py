"""A publication that compiles can be decided with and explained, whatever its numbers and instants are."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.properties.test_engine_publications import leaves
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine import wire
from tradewind.engine.core.context import typed
from tradewind.engine.core.events import decode, encode
from tradewind.engine.core.keeping import packed, unpacked
from tradewind.engine.core.offers import compile_publication
from tradewind.engine.core.state import state_digest
from tradewind.engine.service.answers import all_fates

type Json = dict[str, Any]

ATTRIBUTES = {"customer.tenure_months": 30, "customer.segment": "home", "agent.skills": ["care"]}

NUMBERS = st.sampled_from(
    [0, 1, 5e-324, 1e-7, 1e9, 1.7e308, -1.7e308, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30, 10**400]
)
INSTANTS = st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "1970-01-01T00:00:00Z"]
)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "x", "true", "1 / 0 > 1", "things", "always", "default", "greedy", "squarecb", True, [], {}]
)


def everything() -> Json:
    """A publication in which every optional part of an offer, a placement and an arbitration is there."""
    full = {
        "version": 1,
        "cost": 1.0,
        "weight": 1.0,
        "priority": 1,
        "display": "priority",
        "reoffer_after_days": 0,
        "limits": {"per_day": 100, "total": 1000, "budget": 1000.0},
        "agent_skills": ["care"],
        "eligibility": "customer.tenure_months >= 24",
    }
    placement = {"control_percent": 0.0, "exploration": {"policy": "thompson", "floor": 0.05}, "arbitration": "own"}
    own = {"name": "own", "exponent": 1.0, "per_group": 3}
    own["context_weights"] = [{"when": "customer.tenure_months > 1", "group": "things", "weight": 1.5}]
    policies = [
        {"name": scope, "scope": scope, "counts": counts, "max": 9, "days": 7, "channels": ["call-center"]}
        for scope, counts in (("all", "shown"), ("offer", "rejected"), ("group", "accepted"))
    ]
    begun, ending = {"starts_at": "2020-01-01T00:00:00Z"}, {"ends_at": "2040-01-01T00:00:00Z"}
    offers = [
        offer("a", **full, **begun),
        offer("b", **full, **ending, group="others"),
        offer("c", **full, **begun, **ending),
        offer("d", display="default"),
    ]
    return document(*offers, placement=placement, arbitration=[own], contact_policies=policies)


def alike(value: Any) -> st.SearchStrategy[Any]:
    """What may stand in the place of a value: numbers for a number, instants for an instant."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return NUMBERS
    return INSTANTS if str(value).endswith("Z") else ODD


@given(data=st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_publication_that_compiles_decides_and_is_explained(data: st.DataObject) -> None:
    content = everything()
    for _ in range(data.draw(st.integers(1, 3))):
        kind = data.draw(st.sampled_from([NUMBERS, INSTANTS, ODD]))
        places = [(holder, key) for _, holder, key in leaves(content) if alike(holder[key]) is kind]
        holder, key = data.draw(st.sampled_from(places))
        holder[key] = data.draw(kind)
    try:
        compiled, _, _ = compile_publication(msgspec.convert(content, wire.Publication))
    except msgspec.ValidationError:
        return
    if compiled is None or "desk" not in compiled.placements or content["number"] > 2**53:
        return
    decide_and_answer(World(content))


def decide_and_answer(world: World) -> None:
    """Everything that an engine does with a publication, none of which may fail."""
    publication = world.state.publication
    assert publication is not None
    declared = publication.attributes
    known = {name: value for name, value in ATTRIBUTES.items() if name in declared and typed(value, declared[name])}
    for subject in ("s-1", "s-2"):
        for _ in range(2):
            decided = world.look(subject, known, channel=publication.placements["desk"].channel)
            assert len(all_fates(decided)) == len(publication.offers)
            msgspec.json.encode(all_fates(decided))
            token = world.ask(subject, known)
            for shown in world.shown(token):
                world.answer(token, shown, "accepted")
    assert [decode(*encode(fact)) for fact in world.facts] == world.facts
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(world.state))))
    assert state_digest(unpacked(kept)) == state_digest(world.state)
