"""An engine without a service: a history in memory, the state folded from it, and a clock that is turned by hand."""

from __future__ import annotations

from typing import Any

import msgspec

from tradewind.engine import wire
from tradewind.engine.core.context import Context, bins, fill
from tradewind.engine.core.decide import Decided, Request, decide
from tradewind.engine.core.events import (
    ConsentChange,
    ConsentsChanged,
    CustomerErased,
    CustomersJoined,
    EventHandled,
    Fact,
    PublicationActivated,
    ResponseRecorded,
    WindowsClosed,
)
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.offers import canonical, compile_publication, digest_of
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.core.responses import Recordable, Refused, consider
from tradewind.engine.core.session_refs import session_of
from tradewind.engine.core.state import Ahead, State, apply

HOUR = 3600 * 1_000_000
DAY = 24 * HOUR
START = 1_772_000_000 * 1_000_000

type Json = dict[str, Any]


def offer(id: str, **changes: Any) -> Json:
    """A plain offer for everybody on the desk; any field may be given."""
    plain: Json = {
        "id": id,
        "group": "things",
        "placements": ["desk"],
        "value": 10.0,
        "profiles": [{"id": "all", "rule": "true", "suitability": {"en": "Suits everybody"}}],
        "treatments": [{"id": "en", "channel": "call-center", "language": "en", "texts": {"title": id}}],
    }
    return {**plain, **changes}


def document(*offers: Json, placement: Json | None = None, **changes: Any) -> Json:
    """A publication with one event, one placement without a control group, and these offers."""
    desk = {"name": "desk", "channel": "call-center", "limit": 3, "control_percent": 0.0, **(placement or {})}
    plain: Json = {
        "wire": 1,
        "number": 1,
        "condition_groups": [
            {
                "name": "customer",
                "attributes": [
                    {"name": "tenure_months", "type": "number", "min": 0, "max": 600, "predictive": True},
                    {"name": "segment", "type": "category", "values": ["home", "business"], "predictive": True},
                    {"name": "age_band", "type": "category", "predictive": True, "sensitive": True},
                    {"name": "is_student", "type": "boolean"},
                    {"name": "first_name", "type": "text"},
                    {"name": "since", "type": "instant"},
                ],
            },
            {"name": "agent", "attributes": [{"name": "skills", "type": "list"}]},
        ],
        "events": [{"name": "call-started", "actions": [{"do": "decide", "placement": "desk"}]}],
        "placements": [desk],
        "outcomes": [
            {"name": "accepted", "reward": 1.0, "window_hours": 72},
            {"name": "rejected", "window_hours": 72},
            {"name": "interested", "reward": 0.25, "final": False, "window_hours": 24},
        ],
        "offers": list(offers),
    }
    return {**plain, **changes}


def compiled(content: Json) -> CompiledPublication:
    """The publication, which must be faultless."""
    publication, faults, _ = compile_publication(msgspec.convert(content, wire.Publication))
    assert faults == []
    assert publication is not None
    return publication


class World:
    """Everything that happened, and the state after it."""

    def __init__(self, content: Json | None = None) -> None:
        self.now = START
        self.state = State.empty()
        self.facts: list[Fact] = []
        self.asked = 0
        if content is not None:
            self.publish(content)

    def remember(self, fact: Fact, ahead: Ahead | None = None) -> None:
        self.facts.append(fact)
        self.state = apply(self.state, len(self.facts), fact, ahead)

    def publish(self, content: Json, ahead: Ahead | None = None) -> None:
        text = canonical(content)
        self.remember(
            PublicationActivated(
                id=f"publication/{content['number']}",
                number=content["number"],
                digest=digest_of(text),
                document=text,
                at=self.now,
            ),
            ahead,
        )

    def context(self, attributes: Json | None = None) -> Context:
        assert self.state.publication is not None
        filled = fill(attributes or {}, self.state.publication.attributes)
        assert filled.faults == []
        return filled.context

    def look(
        self,
        subject: str = "s-1",
        attributes: Json | None = None,
        *,
        seed: str = "seed",
        channel: str = "call-center",
        language: str | None = None,
        limit: int | None = None,
    ) -> Decided:
        """Decide without remembering it."""
        request = Request("desk", channel, subject, self.context(attributes), language, limit)
        return decide(request, self.state, now=self.now, rng=Draws(seed.encode()))

    def ask(
        self,
        subject: str = "s-1",
        attributes: Json | None = None,
        *,
        presents: bool = True,
        session: str = "call",
        agent: str | None = "a-1",
    ) -> str:
        """Decide and remember it; the decision's token."""
        assert self.state.publication is not None
        subject = self.state.aliases.of(subject)
        self.asked += 1
        token = f"decision-{self.asked}"
        decided = self.look(subject, attributes, seed=token)
        held_by = session_of(self.state, subject, session, at=self.now)
        started = self.state.sessions.started_at(held_by, session, at=self.now)
        self.remember(
            EventHandled(
                id=f"event-{self.asked}",
                request_digest="",
                event="call-started",
                subject=subject,
                session=session,
                session_started_at=self.now if started is None else started,
                channel="call-center",
                language=None,
                agent=agent,
                publication=decided.publication,
                at=self.now,
                occurred_at=self.now,
                bins=bins(decided.request.context, self.state.publication.attributes),
                decision=decided.as_fact(token, presents=presents),
                sealed=b"sealed",
            )
        )
        return token

    def shown(self, token: str) -> list[str]:
        """What a decision showed, in order."""
        for fact in self.facts:
            if isinstance(fact, EventHandled) and fact.decision and fact.decision.decision == token:
                return [each.offer for each in fact.decision.shown]
        raise LookupError(token)

    def answer(
        self,
        token: str,
        offer: str,
        outcome: str,
        *,
        answered_at: int | None = None,
        correction: bool = False,
        agent: str | None = "a-1",
    ) -> Recordable | Refused:
        """Consider a response and remember it unless it is refused."""
        at = self.now if answered_at is None else answered_at
        verdict = consider(
            self.state, decision=token, offer=offer, outcome=outcome, answered_at=at, correction=correction
        )
        if isinstance(verdict, Recordable):
            self.remember(
                ResponseRecorded(
                    id=f"response-{len(self.facts)}",
                    request_digest="",
                    decision=token,
                    offer=offer,
                    outcome=outcome,
                    subject=verdict.subject,
                    agent=agent,
                    channel=verdict.channel,
                    at=self.now,
                    answered_at=at,
                    shown_at=verdict.shown_at,
                    session_started_at=verdict.session_started_at,
                    correction=correction,
                )
            )
        return verdict

    def consent(self, *changes: tuple[str, str | None, bool], subject: str = "s-1") -> None:
        """A customer says (purpose, channel or None for all, granted)."""
        subject = self.state.aliases.of(subject)
        said = tuple(ConsentChange(*change) for change in changes)
        fact_id = f"consents-{len(self.facts)}"
        self.remember(ConsentsChanged(id=fact_id, request_digest="", subject=subject, changes=said, at=self.now))

    def join(self, subject: str, alias: str) -> None:
        """An alias turned out to be this customer."""
        self.remember(CustomersJoined(id=f"join-{len(self.facts)}", subject=subject, alias=alias, at=self.now))

    def erase(self, subject: str) -> None:
        """A customer is forgotten with their aliases."""
        aliases = self.state.aliases.joined(subject)
        fact_id = f"erasure-{len(self.facts)}"
        self.remember(CustomerErased(id=fact_id, subject=subject, aliases=aliases, at=self.now))

    def close(self) -> None:
        """The housekeeper closes every window up to now."""
        self.remember(WindowsClosed(id=f"windows-{len(self.facts)}", up_to=self.now, at=self.now))

    def learnt(self, offer: str, profile: str = "all") -> tuple[int, int, int]:
        """(shown, accepted, reward in millionths) of a leaf."""
        return next(leaf[3:] for leaf in self.state.leaves.listed() if leaf[:2] == (offer, profile))
