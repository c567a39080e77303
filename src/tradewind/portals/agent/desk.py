"""One conversation as the screen shows it: cards, answers and numbers, so that templates contain no rules."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tradewind.crm.access import scope
from tradewind.crm.decisions.models import Answer, DecidedOffer, Decision, Outbox
from tradewind.crm.identity.models import User
from tradewind.crm.interactions import queries
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.toolkit.models import Attribute, Outcome
from tradewind.portals.agent.timeline import outcome_tone

KEYS: Final = {"accepted": "a", "interested": "i", "not_now": "n", "rejected": "r", "skipped": "s"}
"""Letters on the keyboard, by outcome."""

RARELY: Final = 0.2
"""Shown with less than this chance, an offer was tried in order to learn."""

STEP: Final = 0.1
"""Rails end at a round share."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that gives one answer."""

    name: str
    label: str | Promise
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given; `letter` says where it is on its way to the engine."""

    decided_offer: int
    offer: str
    outcome: str
    tone: str
    at: dt.datetime
    final: bool
    letter: str
    sent_at: dt.datetime | None
    choices: Sequence[Choice]

    @property
    def waits(self) -> bool:
        return self.letter == "waiting"


@dataclass(frozen=True, slots=True)
class Card:
    """One offer on the screen. The numbers are None for standing offers; `one_in` is 0 where nothing was tried."""

    decided_offer: int
    rank: int
    title: str
    product: str
    price_minor: int | None
    currency: str
    group: str
    reason: str
    pitch: str
    propensity: float | None
    lower: float | None
    upper: float | None
    one_in: int
    selected: bool
    given: Given | None
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything about the offers of a conversation; `away_since` is given while the engine does not decide."""

    decision: Decision | None
    cards: Sequence[Card]
    given: Sequence[Given]
    rail: float
    missing: Sequence[str]
    away_since: dt.datetime | None
    may_act: bool

    @property
    def engine_is_away(self) -> bool:
        return self.decision is not None and self.decision.trouble in (Decision.Trouble.AWAY, Decision.Trouble.SLOW)

    @property
    def is_refused(self) -> bool:
        return self.decision is not None and self.decision.trouble == Decision.Trouble.REFUSED

    @property
    def is_control(self) -> bool:
        return self.decision is not None and self.decision.mode == Decision.Mode.CONTROL

    @property
    def has_estimates(self) -> bool:
        return any(card.propensity is not None for card in self.cards)

    @property
    def waiting(self) -> int:
        return sum(given.waits for given in self.given)


def desk(conversation: Conversation, *, reader: User) -> Desk:
    """What this person sees of the conversation's offers: a fixed number of queries."""
    may_act = conversation.is_open and conversation.agent_id == reader.pk
    outcomes = list(scope(reader, Outcome))
    decision = queries.desk(conversation)
    offers = list(decision.offers.all()) if decision is not None else []
    given = [_given(answer, outcomes) for answer in queries.answers_of(conversation)]
    latest = {one.decided_offer: one for one in given}
    return Desk(
        decision=decision,
        cards=_cards(offers, decision, latest, outcomes),
        given=given,
        rail=rail(offer.upper for offer in offers),
        missing=_missing(decision, reader),
        away_since=_away_since(conversation, decision),
        may_act=may_act,
    )


def rail(uppers: Iterable[float | None]) -> float:
    """The length of every rail: the highest bound, rounded up to a round share.

    >>> rail([0.31, 0.42, None]), rail([]), rail([0.999])
    (0.5, 0.1, 1.0)
    """
    highest = max((upper for upper in uppers if upper is not None), default=0.0)
    return min(1.0, max(1, math.ceil(round(highest / STEP, 6))) * STEP)


def one_in(offer: DecidedOffer, decision: Decision | None) -> int:
    """12 for a chance of 1 in 12, where the offer was shown in order to learn; else 0."""
    chance = offer.selection_probability
    if decision is None or decision.mode != Decision.Mode.LEARNED or not chance or chance >= RARELY:
        return 0
    return round(1 / chance)


def _cards(
    offers: Sequence[DecidedOffer],
    decision: Decision | None,
    given: dict[int, Given],
    outcomes: Sequence[Outcome],
) -> list[Card]:
    first_open = next((one.pk for one in offers if not ((said := given.get(one.pk)) and said.final)), None)
    cards = []
    for one in offers:
        product = one.offer.product
        answered = given.get(one.pk)
        cards.append(
            Card(
                decided_offer=one.pk,
                rank=one.rank,
                title=one.title or one.offer.title,
                product=product.name if product else "",
                price_minor=product.list_price_minor if product else None,
                currency=product.currency if product else "",
                group=str(one.offer.group),
                reason=one.reason,
                pitch=one.pitch or one.body,
                propensity=one.propensity,
                lower=one.lower,
                upper=one.upper,
                one_in=one_in(one, decision),
                selected=one.pk == first_open,
                given=answered,
                choices=() if answered and answered.final else _choices(outcomes, without=answered),
            )
        )
    return cards


def _choices(outcomes: Sequence[Outcome], *, without: Given | None = None) -> list[Choice]:
    said = without.outcome if without is not None else ""
    return [
        Choice(
            outcome.name,
            pgettext_lazy("answer to an offer", "Skip") if outcome.is_skip else str(outcome),
            KEYS.get(outcome.name, ""),
            "plain" if outcome.is_skip else "primary" if outcome.reward >= 1 else "",
        )
        for outcome in outcomes
        if str(outcome) != said
    ]


def _given(answer: Answer, outcomes: Sequence[Outcome]) -> Given:
    letter: Outbox | None = getattr(answer, "letter", None)
    return Given(
        decided_offer=answer.decided_offer_id,
        offer=answer.decided_offer.title or answer.decided_offer.offer.title,
        outcome=str(answer.outcome),
        tone=outcome_tone(answer.outcome),
        at=answer.answered_at,
        final=answer.final,
        letter=_on_its_way(letter),
        sent_at=letter.sent_at if letter is not None else None,
        choices=[choice for choice in _choices(outcomes) if choice.name != answer.outcome.name],
    )


def _on_its_way(letter: Outbox | None) -> str:
    """`here` for answers to standing offers, which the engine never made."""
    if letter is None:
        return "here"
    if letter.refused_at is not None:
        return "refused"
    return "sent" if letter.sent_at is not None else "waiting"


def _missing(decision: Decision | None, reader: User) -> list[str]:
    """What the engine did not know of the customer, in the words of the toolkit."""
    paths = decision.missing if decision is not None else []
    if not paths:
        return []
    names = {path.partition(".")[2] for path in paths}
    known = scope(reader, Attribute).filter(name__in=names).select_related("group")
    labels = {attribute.path: f"{attribute} ({attribute.group})" for attribute in known}
    return [labels.get(path, path) for path in paths]


def _away_since(conversation: Conversation, decision: Decision | None) -> dt.datetime | None:
    """When the engine was first asked in vain, of the questions in a row up to now."""
    if decision is None or not decision.trouble:
        return None
    since = decision.asked_at
    for link in conversation.decision_links.select_related("decision").order_by("-position"):
        if not link.decision.trouble:
            break
        since = link.decision.asked_at
    return since
