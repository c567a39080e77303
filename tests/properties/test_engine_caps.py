"""Whatever happens to a customer: the counters agree with a count by hand, and no cap is exceeded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from tests.unit.engine.core.world import HOUR, World, document, offer

from tradewind.engine.core.decide import Decided
from tradewind.engine.core.events import EventHandled, ResponseRecorded, decode, encode
from tradewind.engine.core.explain import fates
from tradewind.engine.core.keeping import packed, unpacked
from tradewind.engine.core.published import CompiledPolicy
from tradewind.engine.core.state import State, apply, state_digest

SUBJECTS = ("ana", "bob")
ZONES = ("Europe/Bucharest", "Pacific/Auckland", "America/St_Johns", "UTC")
WITHIN = 25
"""Hours of one run at most, times its steps, stay inside what the log keeps: the oracle counts everything."""
LATE = 48
"""Hours that an event may be late by: the volumes count days that far back, and tell so (`volumes.KEPT`)."""

type Contact = tuple[str, str, str, str, int]  # kind, subject, offer, group, when

policies = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["p", "q", "r", "s"]),
            "scope": st.sampled_from(["offer", "group", "all"]),
            "counts": st.sampled_from(["shown", "shown", "rejected", "accepted"]),
            "max": st.integers(0, 5),
            "days": st.integers(1, 9),
            "channels": st.sampled_from([[], [], ["call-center"], ["web"]]),
        }
    ),
    max_size=3,
    unique_by=lambda one: str(one["name"]),
)
limits = st.fixed_dictionaries({}, optional={"per_day": st.integers(0, 6), "total": st.integers(0, 12)})


class Contacts(RuleBasedStateMachine):
    """Calls, proposals, answers, corrections and publications that change the policies."""

    decisions = Bundle("decisions")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.number = 0
        self.zone = ZoneInfo("UTC")

    @initialize(chosen=policies, most=st.lists(limits, min_size=5, max_size=5), zone=st.sampled_from(ZONES))
    def first(self, chosen: Any, most: Any, zone: str) -> None:
        self.publish(chosen, most, zone)

    @rule(chosen=policies, most=st.lists(limits, min_size=5, max_size=5), zone=st.sampled_from(ZONES))
    def publish(self, chosen: Any, most: Any, zone: str) -> None:
        self.number += 1
        self.zone = ZoneInfo(zone)
        groups = [f"g{(n + self.number // 2) % 2}" for n in range(5)]
        shows = ["always", "priority", "priority", "default", "priority"]
        offers = [
            offer(f"o{n}", group=groups[n], display=shows[n], limits=most[n]) for n in range(5) if n != self.number % 6
        ]
        self.world.publish(document(*offers, number=self.number, contact_policies=chosen, time_zone=zone))

    @rule(target=decisions, subject=st.sampled_from(SUBJECTS), presents=st.booleans())
    def ask(self, subject: str, presents: bool) -> Any:
        token = self.world.ask(subject, presents=presents)
        return multiple(*((token, shown) for shown in self.world.shown(token)))

    @rule(
        decided=decisions,
        outcome=st.sampled_from(["accepted", "rejected", "interested", "skipped", "presented", "ignored"]),
        correction=st.booleans(),
        back_hours=st.sampled_from([0, 0, 1, 30]),
    )
    def answer(self, decided: tuple[str, str], outcome: str, correction: bool, back_hours: int) -> None:
        at = self.world.now - back_hours * HOUR
        self.world.answer(*decided, outcome, answered_at=at, correction=correction)

    @rule(hours=st.sampled_from([1, 7, WITHIN]))
    def wait(self, hours: int) -> None:
        self.world.now += hours * HOUR

    @rule(hours=st.sampled_from([1, 20]))
    def hear_late(self, hours: int) -> None:
        """The next calls happened before what was told last."""
        latest = max((fact.occurred_at for fact in self.world.facts if isinstance(fact, EventHandled)), default=0)
        self.world.now = max(self.world.now - hours * HOUR, latest - LATE * HOUR)

    @invariant()
    def counters_agree_with_a_count_by_hand(self) -> None:
        if self.world.state.publication is None:
            return
        contacts = by_hand(self.world)
        for subject in SUBJECTS:
            self.check(subject, self.world.look(subject), contacts)

    def check(self, subject: str, decided: Decided, contacts: list[Contact]) -> None:
        held, columns = decided.sifted.held, decided.compiled.columns
        mine = [contact for contact in contacts if contact[1] == subject]
        today = self.day(self.world.now)
        told = {fate.offer: fate for fate in fates(decided)}
        for row, one in enumerate(decided.compiled.offers):
            blocked = False
            for policy, counts in zip(held.policies, held.counts, strict=True):
                assert not policy.channels or "call-center" in policy.channels
                expected = sum(self.counts(policy, contact, one.id, one.group, today) for contact in mine)
                assert counts[row] == expected
                blocked |= expected >= policy.max
            shown = [when for kind, _, name, _, when in contacts if (kind, name) == ("shown", one.id)]
            blocked |= sum(self.day(when) == today for when in shown) >= columns.per_day[row]
            blocked |= len(shown) >= columns.total[row]
            assert (told[one.id].stage == "allowed") == blocked
        for policy, counts in zip(held.policies, held.counts, strict=True):
            self.keeps(policy, counts.tolist(), decided)

    def keeps(self, policy: CompiledPolicy, counts: list[int], decided: Decided) -> None:
        """What the decision would add stays within the cap."""
        if policy.counts != "shown":
            return
        for proposal in decided.shown:
            same = [p for p in decided.shown if within(policy, p.shown.offer, p.shown.group, proposal.shown)]
            assert counts[decided.compiled.rows[proposal.shown.offer]] + len(same) <= policy.max

    def counts(self, policy: CompiledPolicy, contact: Contact, name: str, group: str, today: date) -> bool:
        kind, _, of, of_group, when = contact
        same = {"offer": of == name, "group": of_group == group, "all": True}[policy.scope]
        return kind == policy.counts and same and (today - self.day(when)).days < policy.days

    def day(self, at: int) -> date:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(self.zone).date()

    def teardown(self) -> None:
        """Folded again, now and then through a snapshot, the counters are the same."""
        state = State.empty()
        for position, fact in enumerate(self.world.facts, start=1):
            state = apply(state, position, decode(*encode(fact)))
            if position % 9 == self.number % 9:
                state = unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(state)))))
        assert state_digest(state) == state_digest(self.world.state)


def within(policy: CompiledPolicy, name: str, group: str, other: Any) -> bool:
    return bool({"offer": name == other.offer, "group": group == other.group, "all": True}[policy.scope])


def by_hand(world: World) -> list[Contact]:
    """Every contact that the facts tell of, one after the other, with what corrections took back left out."""
    contacts: list[Contact] = []
    groups: dict[tuple[str, str], str] = {}
    seen: set[tuple[str, str]] = set()
    reactions: dict[tuple[str, str], Contact] = {}
    for fact in world.facts:
        if isinstance(fact, EventHandled) and fact.decision:
            for shown in fact.decision.shown:
                pair = (fact.decision.decision, shown.offer)
                groups[pair] = shown.group
                if fact.decision.presents:
                    seen.add(pair)
                    contacts.append(("shown", fact.subject, shown.offer, shown.group, fact.occurred_at))
        elif isinstance(fact, ResponseRecorded):
            pair = (fact.decision, fact.offer)
            if fact.outcome != "skipped" and pair not in seen:
                seen.add(pair)
                contacts.append(("shown", fact.subject, fact.offer, groups[pair], fact.answered_at))
            if fact.correction:
                reactions.pop(pair, None)
            if fact.outcome in ("accepted", "rejected"):
                reactions[pair] = (fact.outcome, fact.subject, fact.offer, groups[pair], fact.answered_at)
    return contacts + list(reactions.values())


TestContacts = Contacts.TestCase
TestContacts.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
