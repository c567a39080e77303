"""What an agent does in a conversation; every action leads back to its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradewind.crm.access import requires, scope
from tradewind.crm.decisions.models import DecidedOffer
from tradewind.crm.decisions.operations import AnswerRefused
from tradewind.crm.interactions import operations
from tradewind.crm.interactions.models import CallReason, Conversation
from tradewind.crm.interactions.operations import ConversationRefused
from tradewind.crm.toolkit.models import Outcome
from tradewind.portals.agent.forms import StartForm, WrapUpForm
from tradewind.portals.agent.records import customer_numbered, own_conversation
from tradewind.portals.agent.rights import DESK
from tradewind.portals.ui.person import person

SEE_OTHER: Final = 303


@requires(*DESK)
@require_POST
def conversation_start(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    customer = customer_numbered(user, number)
    form = StartForm(request.POST, user=user)
    if not form.is_valid():
        messages.warning(request, _("Choose a reason and a channel from the lists. Nothing was started."))
        return _see_other(redirect("agent:customer", customer.number))
    conversation = operations.start(
        customer=customer,
        actor=user,
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
        channel=form.cleaned_data["channel"],
    )
    return _back(conversation)


@requires(*DESK)
@require_POST
def change_reason(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    conversation = own_conversation(user, uuid)
    code = request.POST.get("reason", "")
    reason = scope(user, CallReason).filter(code=code).first()
    if code and reason is None:
        messages.warning(request, _("This reason is not known here. Nothing was changed."))
        return _back(conversation)
    return _done(
        request,
        conversation,
        lambda: operations.change_reason(conversation=conversation, reason=reason, now=timezone.now()),
    )


@requires(*DESK)
@require_POST
def ask_again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    conversation = own_conversation(person(request), uuid)
    return _done(request, conversation, lambda: operations.ask_again(conversation=conversation, now=timezone.now()))


@requires(*DESK)
@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    conversation = own_conversation(user, uuid)
    chosen = request.POST.get("decided_offer", "")
    made = scope(user, DecidedOffer).filter(decision__conversation_link__conversation=conversation)
    offer = made.select_related("decision", "offer").filter(pk=chosen).first() if _is_id(chosen) else None
    outcome = scope(user, Outcome).filter(name=request.POST.get("outcome", "")).first()
    if offer is None or outcome is None:
        messages.warning(request, _("This offer was not made in this conversation. Nothing was changed."))
        return _back(conversation)
    correction = request.POST.get("correction") == "yes"
    if conversation.is_open and _is_repeated(offer, outcome):
        return _back(conversation)
    if conversation.is_open and not correction and _is_stale(conversation, offer):
        messages.warning(
            request, _("The offers have changed since. This answer was not kept; answer the offers as they stand now.")
        )
        return _back(conversation)
    return _done(
        request,
        conversation,
        lambda: operations.answer(
            conversation=conversation,
            decided_offer=offer,
            outcome=outcome,
            actor=user,
            now=timezone.now(),
            correction=correction,
        ),
        said=_("%(said)s: %(about)s") % {"said": outcome, "about": offer.title or offer.offer.title},
    )


@requires(*DESK)
@require_POST
def note(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keeps the note while it is typed."""
    user = person(request)
    conversation = own_conversation(user, uuid)
    form = WrapUpForm(request.POST, user=user, conversation=conversation)
    by_itself = request.headers.get("HX-Request") == "true"
    if not form.is_valid():
        messages.warning(request, _("The note is too long, or its outcome is not known. It was not kept."))
    else:
        try:
            operations.keep(
                conversation=conversation, note=form.cleaned_data["note"], wrap_up=form.cleaned_data["wrap_up"]
            )
        except ConversationRefused as refused:
            _refuse(request, refused)
        else:
            return HttpResponse(status=204) if by_itself else _back(conversation)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"}) if by_itself else _back(conversation)


@requires(*DESK)
@require_POST
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    conversation = own_conversation(user, uuid)
    form = WrapUpForm(request.POST, user=user, conversation=conversation)
    if not form.is_valid():
        messages.warning(
            request, _("The note is too long, or its outcome is not known. The conversation is still open.")
        )
        return _back(conversation)
    return _done(
        request,
        conversation,
        lambda: operations.end(
            conversation=conversation,
            wrap_up=form.cleaned_data["wrap_up"],
            actor=user,
            now=timezone.now(),
            note=form.cleaned_data["note"] if "note" in request.POST else None,
        ),
        said=_("The conversation is wrapped up."),
    )


def _done(request: HttpRequest, conversation: Conversation, act: Callable[[], Any], *, said: str = "") -> HttpResponse:
    """Acts, says so or says why not, and leads back."""
    try:
        act()
    except (ConversationRefused, AnswerRefused) as refused:
        _refuse(request, refused)
    else:
        if said:
            messages.success(request, said)
    return _back(conversation)


def _refuse(request: HttpRequest, refused: Exception) -> None:
    messages.warning(request, _("%(reason)s Nothing was changed.") % {"reason": refused})


def _back(conversation: Conversation) -> HttpResponse:
    return _see_other(redirect("agent:conversation", conversation.uuid))


def _see_other(response: HttpResponse) -> HttpResponse:
    response.status_code = SEE_OTHER
    return response


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _is_repeated(offer: DecidedOffer, outcome: Outcome) -> bool:
    """The same answer stands already: the button was pressed twice."""
    return offer.answers.filter(replaced_at=None, outcome=outcome).exists()


def _is_stale(conversation: Conversation, offer: DecidedOffer) -> bool:
    """The page was old: these are not the offers of the last decision, and this one has no final answer to speak of."""
    current = conversation.current_decision
    answered = offer.answers.filter(replaced_at=None, final=True).exists()
    return not answered and (current is None or current.pk != offer.decision_id)
