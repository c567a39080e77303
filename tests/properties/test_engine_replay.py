"""Any life of an engine, folded again from its history, gives the same state and the same decisions."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from tests.unit.engine.core.world import HOUR, World, document, offer

from tradewind.engine.core.decide import Request, decide
from tradewind.engine.core.events import EventHandled, decode, encode
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.keeping import packed, unpacked
from tradewind.engine.core.state import State, apply, model_digest, state_digest

SUBJECTS = ("ana", "bob", "cleo")
AGENTS = (None, "dan", "eva")


class Life(RuleBasedStateMachine):
    """Publications, calls, answers and closing windows, in any order and at any pace."""

    decisions = Bundle("decisions")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.number = 0
        self.asked: dict[str, Request] = {}

    @initialize()
    def first_publication(self) -> None:
        self.publish(range(3), days=1)

    @rule(offers=st.lists(st.integers(0, 6), unique=True, max_size=5), days=st.sampled_from([None, 1, 3]))
    def publish(self, offers: Any, days: int | None) -> None:
        self.number += 1
        chosen = [offer(f"o{n}", group=f"g{(n + self.number) % 2}", reoffer_after_days=days) for n in offers]
        self.world.publish(document(*chosen, number=self.number))

    @rule(
        target=decisions,
        subject=st.sampled_from(SUBJECTS),
        session=st.sampled_from("xy"),
        months=st.integers(0, 600),
        presents=st.booleans(),
        agent=st.sampled_from(AGENTS),
    )
    def ask(self, subject: str, session: str, months: int, presents: bool, agent: str | None) -> Any:
        attributes = {"customer.tenure_months": months}
        token = self.world.ask(subject, attributes, session=session, presents=presents, agent=agent)
        self.asked[token] = Request("desk", "call-center", subject, self.world.context(attributes))
        return multiple(*((token, shown) for shown in self.world.shown(token)))

    @rule(
        decided=decisions,
        outcome=st.sampled_from(["accepted", "rejected", "interested", "skipped", "presented"]),
        correction=st.booleans(),
        back_hours=st.sampled_from([0, 0, 1, 30]),
        agent=st.sampled_from(AGENTS),
    )
    def answer(
        self, decided: tuple[str, str], outcome: str, correction: bool, back_hours: int, agent: str | None
    ) -> None:
        at = self.world.now - back_hours * HOUR
        self.world.answer(*decided, outcome, answered_at=at, correction=correction, agent=agent)

    @rule(hours=st.sampled_from([1, 25, 80, 24 * 33]))
    def wait(self, hours: int) -> None:
        self.world.now += hours * HOUR

    @rule()
    def close(self) -> None:
        self.world.close()

    @invariant()
    def counts_are_sane(self) -> None:
        for _, _, _, shown, accepted, reward in self.world.state.leaves.listed():
            assert 0 <= accepted <= shown
            assert -shown * 1_000_000 <= reward <= 2 * shown * 1_000_000

    @invariant()
    def agents_have_what_was_counted_of_them(self) -> None:
        """No more responses than were counted, and no more reward than they can bring."""
        agents, leaves = self.world.state.agents, self.world.state.leaves
        sums = [agents.sums(number) for number in agents.numbers.values()]
        assert all(0 <= each.reward <= each.responses * 1_000_000 for each in sums)
        assert all(0 <= each.information <= each.expected <= each.responses * 1_000_000 for each in sums)
        assert sum(each.responses for each in sums) <= sum(leaf[3] for leaf in leaves.listed())

    @invariant()
    def groups_are_the_sum_of_their_leaves(self) -> None:
        leaves = self.world.state.leaves
        assert leaves.group_shown.sum() == leaves.shown.sum()
        assert leaves.group_reward.sum() == leaves.reward.sum()

    def teardown(self) -> None:
        """Fold everything again, through its written form, and make every decision again on the way.

        Here and there the state goes through a snapshot: that must not be felt.
        """
        state = State.empty()
        for position, fact in enumerate(self.world.facts, start=1):
            if isinstance(fact, EventHandled) and fact.decision:
                token = fact.decision.decision
                again = decide(self.asked[token], state, now=fact.occurred_at, rng=Draws(token.encode()))
                assert again.as_fact(token, presents=fact.decision.presents) == fact.decision
                assert fact.decision.decided_on == state.position
            state = apply(state, position, decode(*encode(fact)))
            if position % 7 == self.number % 7:
                state = unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(state)))))
        assert model_digest(state) == model_digest(self.world.state)
        assert state_digest(state) == state_digest(self.world.state)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
