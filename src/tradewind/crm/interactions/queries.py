"""Reads for the desk: what is on the screen now, and what happened with a customer before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Prefetch, QuerySet

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions.models import Answer, DecidedOffer, Decision
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.parties.models import Customer

NOT_TOLD: Final = frozenset({"conversation.ended"})
"""Activities that the timeline tells by their conversation already."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline: exactly one of the three is given."""

    at: datetime
    conversation: Conversation | None = None
    answer: Answer | None = None
    activity: Activity | None = None


def desk(conversation: Conversation) -> Decision | None:
    """The decision on the screen, with its offers, their products and the answers so far: a fixed number of queries."""
    link = (
        conversation.decision_links.select_related("decision")
        .prefetch_related(Prefetch("decision__offers", queryset=offers_with_answers()))
        .order_by("-position")
        .first()
    )
    return link.decision if link is not None else None


def offers_with_answers() -> QuerySet[DecidedOffer]:
    return DecidedOffer.objects.select_related("offer__product", "offer__group").prefetch_related(
        Prefetch("answers", queryset=Answer.objects.standing().select_related("outcome"))
    )


def answers_of(conversation: Conversation) -> QuerySet[Answer]:
    """Every answer given in a conversation, in order."""
    return (
        Answer.objects.standing()
        .filter(decided_offer__decision__conversation_link__conversation=conversation)
        .select_related("outcome", "decided_offer__offer", "decided_offer__decision", "letter")
    )


def customer_timeline(customer: Customer, *, limit: int = 30) -> Sequence[Moment]:
    """What happened with a customer, newest first: conversations, answers to offers, and noted activities."""
    conversations = Conversation.objects.with_people().filter(customer=customer)[:limit]
    answers = (
        Answer.objects.standing()
        .filter(decided_offer__decision__customer=customer)
        .select_related("outcome", "decided_offer__offer", "decided_offer__decision", "answered_by")
        .order_by("-answered_at", "-id")[:limit]
    )
    activities = (
        Activity.objects.filter(customer_activity__customer=customer)
        .exclude(verb__in=NOT_TOLD)
        .select_related("actor")[:limit]
    )
    moments = [
        *(Moment(at=conversation.started_at, conversation=conversation) for conversation in conversations),
        *(Moment(at=answer.answered_at, answer=answer) for answer in answers),
        *(Moment(at=activity.happened_at, activity=activity) for activity in activities),
    ]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)[:limit]
