"""Customers who join are, for every counter and every consent, one customer all along; caps stay exact."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule
from msgspec.structs import replace
from tests.unit.engine.core.world import HOUR, World, document, offer

from tradewind.engine.core.events import (
    ConsentsChanged,
    CustomerErased,
    CustomersJoined,
    EventHandled,
    Fact,
    ResponseRecorded,
    WindowsClosed,
    decode,
    encode,
)
from tradewind.engine.core.state import State, apply, model_digest, state_digest

PEOPLE = ("ana", "bob", "visitor-1", "visitor-2")
PURPOSES = ("marketing", "research")
POLICIES = [
    {"name": "calm", "scope": "all", "counts": "shown", "max": 6, "days": 3},
    {"name": "group", "scope": "group", "counts": "shown", "max": 4, "days": 2, "channels": ["call-center"]},
    {"name": "after-no", "scope": "offer", "counts": "rejected", "max": 1, "days": 9},
]


class Joins(RuleBasedStateMachine):
    """Calls, answers, consents and joins in any order."""

    decisions = Bundle("decisions")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.people = list(PEOPLE)

    @initialize()
    def publish(self) -> None:
        offers = [
            offer(f"o{n}", group=f"g{n % 2}", reoffer_after_days=n % 3, purpose_of_consent=(*PURPOSES, None)[n % 3])
            for n in range(8)
        ]
        self.world.publish(document(*offers, contact_policies=POLICIES))

    @rule(target=decisions, who=st.sampled_from(PEOPLE), session=st.sampled_from("xy"), presents=st.booleans())
    def ask(self, who: str, session: str, presents: bool) -> Any:
        token = self.world.ask(who, session=session, presents=presents)
        return multiple(*((token, shown) for shown in self.world.shown(token)))

    @rule(
        decided=decisions,
        outcome=st.sampled_from(["accepted", "rejected", "interested", "skipped", "presented"]),
        correction=st.booleans(),
        back_hours=st.sampled_from([0, 1, 30]),
    )
    def answer(self, decided: tuple[str, str], outcome: str, correction: bool, back_hours: int) -> None:
        at = self.world.now - back_hours * HOUR
        self.world.answer(*decided, outcome, answered_at=at, correction=correction)

    @rule(
        who=st.sampled_from(PEOPLE),
        purpose=st.sampled_from(PURPOSES),
        channel=st.sampled_from([None, "call-center", "web"]),
        granted=st.booleans(),
    )
    def consent(self, who: str, purpose: str, channel: str | None, granted: bool) -> None:
        self.world.consent((purpose, channel, granted), subject=who)

    @precondition(lambda self: len(self.people) > 1)
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        subject, alias = data.draw(st.permutations(self.people))[:2]
        self.people.remove(alias)
        self.world.join(subject, alias)

    @rule(hours=st.sampled_from([1, 25]))
    def wait(self, hours: int) -> None:
        self.world.now += hours * HOUR

    @rule()
    def close(self) -> None:
        self.world.close()

    @invariant()
    def no_decision_breaks_a_cap_or_uses_a_purpose_that_was_not_granted(self) -> None:
        if self.world.state.publication is None:
            return
        for who in self.people:
            decided = self.world.look(who)
            held = decided.sifted.held
            shown = [proposal.shown for proposal in decided.shown]
            for policy, counts in zip(held.policies, held.counts, strict=True):
                assert all(counts[decided.compiled.rows[one.offer]] < policy.max for one in shown)
            total = int(held.counts[0][0])
            assert not shown or total + len(shown) <= POLICIES[0]["max"]  # type: ignore[operator]  # a number
            asked = {decided.compiled.offers[decided.compiled.rows[one.offer]].purpose_of_consent for one in shown}
            assert asked.isdisjoint(held.unconsented)

    def teardown(self) -> None:
        """Fold the same facts as if each had always gone by the name they have now."""
        together = State.empty()
        for position, fact in enumerate(self.world.facts, start=1):
            together = apply(together, position, as_one(fact, self.world.state))
        apart = self.world.state
        assert model_digest(together) == model_digest(apart)
        assert list(together.contacts.listed()) == list(apart.contacts.listed())
        assert together.consents.listed() == apart.consents.listed()
        assert sorted_log(together) == sorted_log(apart)
        assert together.volumes.listed() == apart.volumes.listed()
        again = State.empty()
        for position, fact in enumerate(self.world.facts, start=1):
            again = apply(again, position, decode(*encode(fact)))
        assert state_digest(again) == state_digest(apart)


def as_one(fact: Fact, state: State) -> Fact:
    match fact:
        case EventHandled() | ResponseRecorded() | ConsentsChanged():
            return replace(fact, subject=state.aliases.of(fact.subject))
        case CustomersJoined() | CustomerErased():
            return WindowsClosed(id=fact.id, up_to=0, at=fact.at)
        case _:
            return fact


def sorted_log(state: State) -> list[Any]:
    _, customers = state.contact_log.listed()
    return [[subject, sorted(contacts)] for subject, contacts in customers]


TestJoins = Joins.TestCase
TestJoins.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
