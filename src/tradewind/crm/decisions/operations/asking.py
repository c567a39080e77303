"""From the desk to the engine: which offers, now, for this customer. The engine away, the standing offers come."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from tradewind.crm.decisions.context import Attributes, attributes_of
from tradewind.crm.decisions.engine import Asked, Engine, EngineRefused, EngineUnavailable, the_engine
from tradewind.crm.decisions.letters import agent_reference, letter
from tradewind.crm.decisions.models import DecidedOffer, Decision, Outbox, Stop
from tradewind.crm.decisions.running import Running, running
from tradewind.crm.decisions.standing import Standing, standing_offers
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer
from tradewind.crm.parties.models import Customer
from tradewind.crm.toolkit.models import SKIPPED
from tradewind.engine import wire


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: everything that decides which offers come."""

    customer: Customer
    agent: User | None
    event: str
    session: str
    channel: str
    language: str
    attributes: Attributes
    without: frozenset[str]
    limit: int | None
    asked_at: datetime
    happened_earlier: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the engine did not decide."""

    why: str
    detail: str
    elapsed_ms: float


def ask(
    *,
    customer: Customer,
    agent: User | None,
    event: str,
    session: str,
    channel: str,
    language: str,
    now: datetime,
    given: Mapping[str, Any] | None = None,
    without: Collection[str] = (),
    limit: int | None = None,
    happened_earlier: bool = False,
    engine: Engine | None = None,
) -> Decision:
    """Asks the engine for offers and keeps what it decided; with the engine away the standing offers are kept.

    Args:
        session: one conversation or visit; the same for every question in it.
        given: what the touchpoint itself knows, such as `{"call.reason": "invoice"}`.
        without: codes of offers that were answered in the same session and must not come again.
        limit: how many offers at most; the placement's own limit where it is None.
        happened_earlier: `now` lies in the past (a conversation that is imported), so it is sent as a CloudEvent.
    """
    in_force = running()
    question = Question(
        customer=customer,
        agent=agent,
        event=event,
        session=session,
        channel=channel,
        language=language,
        attributes=attributes_of(
            customer,
            agent=agent,
            declared=in_force.attributes if in_force is not None else {},
            on_date=timezone.localdate(now),
            given=given,
        ),
        without=frozenset(without),
        limit=limit,
        asked_at=now,
        happened_earlier=happened_earlier,
    )
    if in_force is None:
        return _kept_without(question, Trouble("refused", gettext("Nothing has been published yet."), 0.0))
    return _decided(question, in_force, engine or the_engine())


def _decided(question: Question, in_force: Running, engine: Engine) -> Decision:
    occurred_at = question.asked_at if question.happened_earlier else None
    try:
        asked = engine.ask(question.event, _call(question), occurred_at=occurred_at)
    except EngineUnavailable as unavailable:
        trouble = Trouble(unavailable.why, unavailable.detail, unavailable.elapsed_ms)
    except EngineRefused as refused:
        trouble = Trouble("refused", refused.detail, 0.0)
    else:
        return _kept(question, asked)
    return _kept_standing(question, in_force, trouble)


def _call(question: Question) -> wire.EventCall:
    return wire.EventCall(
        id=str(uuid.uuid4()),
        session=question.session,
        customer=question.customer.number,
        agent=agent_reference(question.agent),
        channel=question.channel,
        language=question.language,
        attributes=question.attributes,
        limit=question.limit,
    )


def _row(question: Question, **fields: Any) -> Decision:
    return Decision(
        customer=question.customer,
        agent=question.agent,
        event=question.event,
        session=question.session,
        channel=question.channel,
        language=question.language,
        asked_at=question.asked_at,
        **fields,
    )


def _kept(question: Question, asked: Asked) -> Decision:
    """Writes down what the engine decided. Offers that must not come again are handed back as skipped."""
    decided = asked.answer.decision
    if decided is None:
        return _kept_without(question, Trouble("refused", gettext("This event decides nothing."), asked.elapsed_ms))
    offers = Offer.objects.in_bulk([shown.offer for shown in decided.offers], field_name="code")
    shown = [one for one in decided.offers if one.offer in offers and one.offer not in question.without]
    held_back = [one for one in decided.offers if one not in shown]
    decision = _row(
        question,
        engine_id=decided.id,
        publication_number=decided.publication,
        position=decided.position,
        mode=decided.mode,
        arm=decided.arm,
        missing=decided.missing,
        withheld=decided.withheld,
        elapsed_ms=asked.elapsed_ms,
    )
    with transaction.atomic():
        decision.save()
        DecidedOffer.objects.bulk_create(
            _offered(decision, rank, one, offers[one.offer]) for rank, one in enumerate(shown, start=1)
        )
        Outbox.objects.bulk_create(
            letter(decision=decided.id, offer=one.offer, outcome=SKIPPED, now=question.asked_at) for one in held_back
        )
    return decision


def _offered(decision: Decision, rank: int, shown: wire.ShownOffer, offer: Offer) -> DecidedOffer:
    lower, upper = shown.interval
    return DecidedOffer(
        decision=decision,
        rank=rank,
        offer=offer,
        treatment=shown.treatment,
        **_words(shown.texts),
        profile=shown.profile,
        reason=shown.suitability,
        propensity=shown.propensity,
        lower=lower,
        upper=upper,
        selection_probability=shown.selection_probability,
        value=shown.value,
        score=shown.score,
    )


def _kept_without(question: Question, trouble: Trouble) -> Decision:
    """A decision without offers: nobody could decide, and there is nothing to fall back to."""
    decision = _row(
        question,
        mode=Decision.Mode.FALLBACK,
        trouble=trouble.why,
        trouble_detail=trouble.detail,
        elapsed_ms=trouble.elapsed_ms,
    )
    decision.save()
    return decision


def _kept_standing(question: Question, in_force: Running, trouble: Trouble) -> Decision:
    placement = in_force.placement_of_event.get(question.event)
    if placement is None:
        return _kept_without(question, trouble)
    standing = standing_offers(
        in_force,
        placement=placement,
        language=question.language,
        skills=question.agent.skill_codes() if question.agent is not None else (),
        attributes=question.attributes,
        without=question.without | _stopped(),
        now=question.asked_at,
        limit=question.limit,
    )
    offers = Offer.objects.in_bulk([one.offer for one in standing], field_name="code")
    decision = _row(
        question,
        publication_number=in_force.number,
        mode=Decision.Mode.FALLBACK,
        trouble=trouble.why,
        trouble_detail=trouble.detail,
        elapsed_ms=trouble.elapsed_ms,
    )
    with transaction.atomic():
        decision.save()
        DecidedOffer.objects.bulk_create(
            _stood_in(decision, rank, one, offers[one.offer])
            for rank, one in enumerate((one for one in standing if one.offer in offers), start=1)
        )
    return decision


def _stopped() -> frozenset[str]:
    """The codes of offers under an emergency stop, which holds while the engine is away too."""
    return frozenset(Stop.objects.in_force().values_list("offer__code", flat=True))


def _stood_in(decision: Decision, rank: int, standing: Standing, offer: Offer) -> DecidedOffer:
    return DecidedOffer(
        decision=decision,
        rank=rank,
        offer=offer,
        treatment=standing.treatment,
        **_words(standing.texts),
        profile=standing.profile,
        reason=standing.suitability,
        value=standing.value,
        fallback=True,
    )


def _words(texts: Mapping[str, str]) -> dict[str, str]:
    """What the row keeps of a treatment's texts; what it does not say is empty."""
    return {name: texts.get(name, "") for name in ("title", "body", "pitch", "link")}
