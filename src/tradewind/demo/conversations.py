"""Simulated contacts: a caller and an agent at a desk, or a visitor on a page; the month behind us and the one ahead.

Every contact goes the way a real one goes: through the operations of the interaction centre, and through the engine's
Web service for each decision and each answer. What customers answer comes from `tradewind.demo.truth`.
"""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, Self

from django.db.models import Max, Min
from django.utils import timezone

from tradewind.crm.catalog.models import OwnedProduct
from tradewind.crm.decisions import operations as decisions
from tradewind.crm.decisions.models import DecidedOffer, Decision
from tradewind.crm.identity.models import User
from tradewind.crm.interactions import operations as interactions
from tradewind.crm.interactions.models import CallReason, Conversation, WrapUp
from tradewind.crm.parties.models import Customer
from tradewind.crm.toolkit.models import SKIPPED, Channel, Outcome
from tradewind.demo import cast, toolkit, truth

REASON_WEIGHTS = {
    "battery": 18,
    "new_machine": 14,
    "order_status": 24,
    "invoice": 20,
    "cancellation": 7,
    "other": 17,
}
WEB_SHARE = 0.2
SKIP_SHARE = 0.1
SECOND_OFFER_FIRST = 0.15
OFFERS_PITCHED = (1, 2, 3)
OFFERS_PITCHED_WEIGHTS = (40, 38, 22)
WEB_TALENT = -0.8
"""Nobody explains an offer on a page."""
NOTES = ("", "", "", "Asked for the price again.", "Will talk to the family first.", "Prefers to be called after six.")


class Clock(Protocol):
    """Time in a conversation: the past one is counted, the present one passes."""

    @property
    def is_past(self) -> bool: ...
    def now(self) -> datetime: ...
    def let_pass(self, seconds: float) -> None: ...


@dataclass(slots=True)
class PastClock:
    """Time that has been: it moves when told, and never beyond the present."""

    at: datetime
    is_past: bool = True

    def now(self) -> datetime:
        return self.at

    def let_pass(self, seconds: float) -> None:
        self.at = min(self.at + timedelta(seconds=seconds), timezone.now())


@dataclass(frozen=True, slots=True)
class Agent:
    user: User
    talent: float


@dataclass(frozen=True, slots=True)
class InteractionCentre:
    """Who calls, who answers, and what can be said; read once."""

    agents: tuple[Agent, ...]
    reasons: dict[str, CallReason]
    outcomes: dict[str, Outcome]
    wrap_ups: dict[str, WrapUp]
    first_customer: int
    last_customer: int
    skipped: str = field(default=SKIPPED)

    @classmethod
    def of(cls, members: tuple[cast.Member, ...]) -> Self:
        span = Customer.objects.aggregate(first=Min("pk"), last=Max("pk"))
        return cls(
            agents=tuple(Agent(cast.member(member.email), member.talent) for member in members),
            reasons=CallReason.objects.in_bulk(field_name="code"),
            outcomes=Outcome.objects.in_bulk(field_name="name"),
            wrap_ups=WrapUp.objects.in_bulk(field_name="code"),
            first_customer=span["first"],
            last_customer=span["last"],
        )

    def someone(self, draw: random.Random) -> Customer:
        """A customer at random; a gap in the numbers is filled by the next one."""
        number = draw.randint(self.first_customer, self.last_customer)
        return Customer.objects.with_party().filter(pk__gte=number).order_by("pk")[0]


def contact(centre: InteractionCentre, draw: random.Random, clock: Clock) -> None:
    """One contact with a customer: a call, or now and then a visit to the web."""
    if draw.random() < WEB_SHARE:
        visit(centre, draw, clock)
    else:
        call(centre, draw, clock)


def call(centre: InteractionCentre, draw: random.Random, clock: Clock) -> Conversation:
    """A call from hello to wrap-up, with up to three offers made."""
    agent = draw.choice(centre.agents)
    customer = centre.someone(draw)
    reason = centre.reasons[draw.choices(list(REASON_WEIGHTS), weights=list(REASON_WEIGHTS.values()))[0]]
    conversation = interactions.start(
        customer=customer, actor=agent.user, now=clock.now(), reason=reason, happened_earlier=clock.is_past
    )
    known = knowledge(customer, clock.now(), reason=reason.code)
    sold = False
    for _ in range(draw.choices(OFFERS_PITCHED, weights=OFFERS_PITCHED_WEIGHTS)[0]):
        clock.let_pass(draw.uniform(25, 110))
        offer = _next_offer(conversation, draw)
        if offer is None:
            break
        said = _pitch(offer, centre=centre, conversation=conversation, agent=agent, known=known, draw=draw, clock=clock)
        sold |= said == "accepted"
    clock.let_pass(draw.uniform(15, 90))
    wrap_up = "sold" if sold else draw.choices(("helped", "call_back", "lost"), weights=(80, 12, 8))[0]
    interactions.end(
        conversation=conversation,
        wrap_up=centre.wrap_ups[wrap_up],
        actor=agent.user,
        now=clock.now(),
        note=draw.choice(NOTES),
    )
    return conversation


def visit(centre: InteractionCentre, draw: random.Random, clock: Clock) -> Decision:
    """A customer looks at the showroom; one of the offers may be clicked, put off or passed by."""
    customer = centre.someone(draw)
    decision = decisions.ask(
        customer=customer,
        agent=None,
        event=toolkit.PAGE,
        session=f"visit-{uuid.UUID(int=draw.getrandbits(128))}",
        channel=Channel.WEB,
        language=customer.language,
        now=clock.now(),
        happened_earlier=clock.is_past,
    )
    offer = decision.offers.select_related("offer").order_by("rank").first()
    if offer is not None and draw.random() < 0.7:
        clock.let_pass(draw.uniform(5, 40))
        known = knowledge(customer, clock.now())
        said = truth.outcome(offer.offer.code, known, talent=WEB_TALENT, draw=draw)
        decisions.answer(decided_offer=offer, outcome=centre.outcomes[said], actor=None, now=clock.now())
    return decision


def knowledge(customer: Customer, at: datetime, *, reason: str | None = None) -> dict[str, Any]:
    """What the truth depends on, from the records."""
    day = timezone.localdate(at)
    known: dict[str, Any] = {
        "customer.tenure_months": customer.tenure_months(day),
        "customer.segment": customer.segment,
        "customer.is_student": customer.is_student,
        "call.reason": reason,
    }
    machine = OwnedProduct.objects.filter(customer=customer).select_related("product").first()
    if machine is not None:
        known |= {
            "machine.age_months": machine.age_months(day),
            "machine.in_warranty": machine.in_warranty(day),
            "machine.family": machine.product.family,
            "machine.ram_gb": machine.product.ram_gb,
            "machine.price": (machine.price_minor or 0) / 100,
        }
    return known


def _next_offer(conversation: Conversation, draw: random.Random) -> DecidedOffer | None:
    """Agents mostly follow the ranking."""
    decision = conversation.current_decision
    if decision is None:
        return None
    open_offers = list(decision.offers.select_related("offer").filter(answers=None).order_by("rank")[:2])
    if len(open_offers) > 1 and draw.random() < SECOND_OFFER_FIRST:
        return open_offers[1]
    return open_offers[0] if open_offers else None


def _pitch(
    offer: DecidedOffer,
    *,
    centre: InteractionCentre,
    conversation: Conversation,
    agent: Agent,
    known: dict[str, Any],
    draw: random.Random,
    clock: Clock,
) -> str:
    """Make one offer, or pass over it, and note what was said."""
    skipping = draw.random() < SKIP_SHARE
    said = centre.skipped if skipping else truth.outcome(offer.offer.code, known, talent=agent.talent, draw=draw)
    interactions.answer(
        conversation=conversation,
        decided_offer=offer,
        outcome=centre.outcomes[said],
        actor=agent.user,
        now=clock.now(),
        happened_earlier=clock.is_past,
    )
    return said
