"""What an agent does in a conversation; every step that changes what should be offered decides again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext

from tradewind.crm.decisions import operations as decisions
from tradewind.crm.decisions.models import Answer, DecidedOffer, Decision
from tradewind.crm.identity.models import User
from tradewind.crm.interactions.models import CallReason, Conversation, ConversationDecision, WrapUp
from tradewind.crm.parties.models import Customer
from tradewind.crm.toolkit.models import SKIPPED, Channel, Outcome

EVENT_OF_CHANNEL: Final[Mapping[str, str]] = {
    Channel.CALL_CENTER: "call-started",
    Channel.STORE: "call-started",
    Channel.WEB: "page-viewed",
}
"""The event that asks for offers, by channel."""

Cause = ConversationDecision.Cause


class ConversationRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The conversation has ended, or the offer is not one of its own."""


def start(
    *,
    customer: Customer,
    actor: User,
    now: datetime,
    reason: CallReason | None = None,
    channel: str = Channel.CALL_CENTER,
    language: str = "",
    happened_earlier: bool = False,
) -> Conversation:
    """Opens a conversation and asks for the first offers; one that is open with this customer is returned as it is.

    Args:
        language: the customer's own language where it is empty.
        happened_earlier: the conversation is imported; `now` is when it began.
    """
    fields: dict[str, Any] = {
        "channel": channel,
        "language": language or customer.language,
        "reason": reason,
        "started_at": now,
    }
    try:
        with transaction.atomic():
            conversation, is_new = Conversation.objects.get_or_create(
                customer=customer, agent=actor, ended_at=None, defaults=fields
            )
    except IntegrityError:  # two tabs at once
        conversation, is_new = Conversation.objects.get(customer=customer, agent=actor, ended_at=None), False
    if is_new:
        _decide(conversation, Cause.STARTED, now=now, happened_earlier=happened_earlier)
    return conversation


def ask_again(*, conversation: Conversation, now: datetime, happened_earlier: bool = False) -> Decision:
    """Asks for offers once more, for example when the engine is back. Raises ConversationRefused when it has ended."""
    _must_be_open(conversation)
    return _decide(conversation, Cause.ASKED_AGAIN, now=now, happened_earlier=happened_earlier)


def change_reason(
    *, conversation: Conversation, reason: CallReason | None, now: datetime, happened_earlier: bool = False
) -> Decision | None:
    """Notes another reason for the call and decides again; the same reason changes nothing."""
    _must_be_open(conversation)
    if conversation.reason == reason:
        return conversation.current_decision
    conversation.reason = reason
    conversation.save(update_fields=["reason"])
    return _decide(conversation, Cause.REASON, now=now, happened_earlier=happened_earlier)


def answer(
    *,
    conversation: Conversation,
    decided_offer: DecidedOffer,
    outcome: Outcome,
    actor: User,
    now: datetime,
    note: str = "",
    correction: bool = False,
    happened_earlier: bool = False,
) -> Answer:
    """Keeps the customer's answer to an offer of this conversation; a final one decides again.

    Raises:
        ConversationRefused: the conversation has ended or the offer was made in another one.
        AnswerRefused: the offer has its final answer already.
    """
    _must_be_open(conversation)
    if not conversation.decision_links.filter(decision=decided_offer.decision_id).exists():
        raise ConversationRefused(gettext("This offer was not made in this conversation."))
    given = decisions.answer(
        decided_offer=decided_offer, outcome=outcome, actor=actor, now=now, note=note, correction=correction
    )
    if given.final:
        _decide(conversation, Cause.ANSWERED, now=now, happened_earlier=happened_earlier)
    return given


def skip(
    *,
    conversation: Conversation,
    decided_offer: DecidedOffer,
    actor: User,
    now: datetime,
    happened_earlier: bool = False,
) -> Answer:
    """Passes an offer over without making it: the customer said nothing, so nothing is learnt from it."""
    return answer(
        conversation=conversation,
        decided_offer=decided_offer,
        outcome=Outcome.objects.get(name=SKIPPED),
        actor=actor,
        now=now,
        happened_earlier=happened_earlier,
    )


def keep(*, conversation: Conversation, note: str, wrap_up: WrapUp | None = None) -> None:
    """Keeps what the agent has typed so far. Raises ConversationRefused when the conversation has ended."""
    _must_be_open(conversation)
    conversation.note = note
    conversation.wrap_up = wrap_up or conversation.wrap_up
    conversation.save(update_fields=["note", "wrap_up"])


def end(
    *, conversation: Conversation, wrap_up: WrapUp | None, actor: User, now: datetime, note: str | None = None
) -> None:
    """Wraps a conversation up. Raises ConversationRefused when it has ended already."""
    with transaction.atomic():
        fields: dict[str, Any] = {"ended_at": now, "wrap_up": wrap_up}
        if note is not None:
            fields["note"] = note
        if not Conversation.objects.open().filter(pk=conversation.pk).update(**fields):
            raise ConversationRefused(gettext("This conversation has ended."))
        conversation.refresh_from_db()
        conversation.customer.note(
            "conversation.ended",
            actor=actor,
            now=now,
            conversation=str(conversation.uuid),
            wrap_up=wrap_up.code if wrap_up is not None else "",
        )


def _must_be_open(conversation: Conversation) -> None:
    if not conversation.is_open:
        raise ConversationRefused(gettext("This conversation has ended."))


def _decide(conversation: Conversation, cause: str, *, now: datetime, happened_earlier: bool) -> Decision:
    reason = conversation.reason
    decision = decisions.ask(
        customer=conversation.customer,
        agent=conversation.agent,
        event=EVENT_OF_CHANNEL[conversation.channel],
        session=conversation.session,
        channel=conversation.channel,
        language=conversation.language,
        now=now,
        given={"call.reason": reason.code} if reason is not None else {},
        without=_answered(conversation),
        happened_earlier=happened_earlier,
    )
    with transaction.atomic():
        last = conversation.decision_links.select_for_update().aggregate(last=Max("position"))["last"]
        conversation.decision_links.create(decision=decision, position=(last or 0) + 1, cause=cause, reason=reason)
    return decision


def _answered(conversation: Conversation) -> set[str]:
    """Codes of the offers that have a final answer in this conversation."""
    final = Answer.objects.standing().filter(
        final=True, decided_offer__decision__conversation_link__conversation=conversation
    )
    return set(final.values_list("decided_offer__offer__code", flat=True))
