"""From the desk back to the engine: what the customer said, written down first and sent exactly once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from tradewind.crm.decisions.engine import Engine, EngineRefused, EngineUnavailable, the_engine
from tradewind.crm.decisions.letters import letter as written_letter
from tradewind.crm.decisions.models import Answer, DecidedOffer, Outbox
from tradewind.crm.identity.models import User
from tradewind.crm.toolkit.models import Outcome
from tradewind.engine import wire

log = logging.getLogger("tradewind.decisions")

BATCH: Final = 200
"""Letters in one call: so many are confirmed in one go, and fit well into a body."""


class AnswerRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """This offer has its final answer already."""


def answer(
    *,
    decided_offer: DecidedOffer,
    outcome: Outcome,
    actor: User | None,
    now: datetime,
    note: str = "",
    correction: bool = False,
    engine: Engine | None = None,
) -> Answer:
    """Keeps an answer and sends it to the engine; what cannot be sent now waits in the outbox.

    The same answer again changes nothing. Answers to standing offers stay here: the engine made no such decision.
    Inside a transaction of the caller the letter goes when that one is committed.

    Args:
        actor: the agent who took the answer, None where the customer gave it without one.
        correction: replaces every earlier answer to this offer, in the engine too.

    Raises:
        AnswerRefused: the offer has a final answer already and this is no correction.
    """
    try:
        with transaction.atomic():
            given, letter = _written(decided_offer, outcome, actor=actor, now=now, note=note, correction=correction)
    except IntegrityError as error:  # somebody was faster
        raise AnswerRefused(gettext("This offer has been answered already.")) from error
    if letter is not None:
        carrier = engine or the_engine()
        transaction.on_commit(lambda: send(letter, engine=carrier, now=now))
    return given


def send(letter: Outbox, *, now: datetime, engine: Engine | None = None) -> None:
    """Sends one letter now; what goes wrong is written on the letter."""
    _carry([letter], engine=engine or the_engine(), now=now)


def forward(*, now: datetime, engine: Engine | None = None, limit: int = 1000) -> int:
    """Sends the letters that are due, oldest first. Returns how many reached the engine or came back refused."""
    carried = 0
    due = list(Outbox.objects.due(now)[:limit])
    for start in range(0, len(due), BATCH):
        batch = due[start : start + BATCH]
        if not _carry(batch, engine=engine or the_engine(), now=now):
            break
        carried += len(batch)
    return carried


def _written(
    decided_offer: DecidedOffer,
    outcome: Outcome,
    *,
    actor: User | None,
    now: datetime,
    note: str,
    correction: bool,
) -> tuple[Answer, Outbox | None]:
    earlier = decided_offer.answers.standing().select_for_update()
    if correction:
        earlier.update(replaced_at=now)
    else:
        for one in earlier:
            if one.outcome_id == outcome.pk:
                return one, None
            if one.final:
                raise AnswerRefused(gettext("This offer has been answered already."))
    given = Answer.objects.create(
        decided_offer=decided_offer,
        outcome=outcome,
        final=outcome.final,
        answered_by=actor,
        answered_at=now,
        note=note,
    )
    return given, _letter(given, correction=correction, now=now)


def _letter(given: Answer, *, correction: bool, now: datetime) -> Outbox | None:
    decision = given.decided_offer.decision
    if decision.engine_id is None:
        return None
    letter = written_letter(
        decision=decision.engine_id,
        offer=given.decided_offer.offer.code,
        outcome=given.outcome.name,
        now=now,
        agent=given.answered_by,
        answer=given,
        correction=correction,
    )
    letter.save(force_insert=True)
    return letter


def _carry(letters: Sequence[Outbox], *, engine: Engine, now: datetime) -> bool:
    """Sends letters in one call. False where the engine could not be reached, so that trying more is no use.

    A letter that was sent but not marked is sent again and known there by its id: once is all it counts.
    """
    try:
        receipt = engine.respond([msgspec.convert(letter.payload, wire.Response) for letter in letters])
    except EngineUnavailable as unavailable:
        for letter in letters:
            letter.delayed(now=now, reason=unavailable.detail)
        return False
    except EngineRefused as refused:
        return _carry_apart(letters, refused, engine=engine, now=now)
    reasons = {refusal.index: refusal for refusal in receipt.refused}
    with transaction.atomic():  # one commit for the whole batch: each costs a write to the disk
        for index, letter in enumerate(letters):
            if index in reasons:
                _returned(letter, f"{reasons[index].code}: {reasons[index].message}", now=now)
            else:
                letter.delivered(now=now)
    return True


def _carry_apart(letters: Sequence[Outbox], refused: EngineRefused, *, engine: Engine, now: datetime) -> bool:
    """The whole call was refused: one bad letter must not hold up the others, so each goes alone."""
    if len(letters) == 1:
        _returned(letters[0], f"{refused.kind}: {refused.detail}", now=now)
        return True
    return all(_carry([letter], engine=engine, now=now) for letter in letters)


def _returned(letter: Outbox, reason: str, *, now: datetime) -> None:
    log.warning("the engine refused letter %s: %s", letter.id, reason)
    letter.returned(now=now, reason=reason)
