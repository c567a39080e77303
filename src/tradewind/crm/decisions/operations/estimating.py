"""What would the draft have brought? Asked of the engine, followed while it works, kept when it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from django.utils.translation import gettext

from tradewind.crm.decisions.engine import Engine, EngineRefused, EngineUnavailable, the_engine
from tradewind.crm.decisions.models import Estimate, Gate, Publication
from tradewind.crm.decisions.operations.drafting import Draft, drafted
from tradewind.crm.decisions.operations.refusing import EstimateRefused
from tradewind.crm.identity.models import User
from tradewind.engine import wire

TOO_BUSY: Final = "too_busy"
FORGOTTEN: Final = 404
NO_SUCH_CALL: Final = "route_unknown"


def estimate(*, actor: User, now: datetime, engine: Engine | None = None) -> Estimate:
    """Asks the engine what the draft would have brought against what runs; what is being asked is not asked twice.

    Raises:
        EstimateRefused: there is nothing to compare, the draft has faults, or the engine has no time now.
        EngineUnavailable: the engine could not be reached.
    """
    gate = Gate.objects.in_force()
    draft = drafted(running=Publication.objects.running())
    if draft.running is None:
        raise EstimateRefused(gettext("Nothing runs yet, so there is nothing to compare this draft with."))
    if not draft.is_new:
        raise EstimateRefused(gettext("Nothing changes, so there is nothing to estimate."))
    asked = Estimate.objects.of(against=draft.running, digest=draft.digest, margin=gate.margin)
    under_way = asked.under_way().first()
    return under_way or _begun(draft, draft.running, gate, actor=actor, now=now, engine=engine or the_engine())


def _begun(draft: Draft, running: Publication, gate: Gate, *, actor: User, now: datetime, engine: Engine) -> Estimate:
    question = _asked(draft, gate.margin, engine=engine)
    begun, _is_new = Estimate.objects.get_or_create(
        against=running,
        draft_digest=draft.digest,
        margin=gate.margin,
        finished_at=None,
        defaults={
            "asked_by": actor,
            "asked_at": now,
            "engine_id": question.id,
            "at": question.at,
            "of": question.of,
            "since": int(question.since),
        },
    )
    _take(begun, question, now=now)
    return begun


def _asked(draft: Draft, margin: float, *, engine: Engine) -> wire.WhatIf:
    try:
        return engine.what_if(draft.document, margin=margin)
    except EngineUnavailable as unavailable:
        if unavailable.kind != TOO_BUSY:
            raise
        said = gettext("The engine is answering another question of this kind. Ask again in a little while.")
        raise EstimateRefused(said, may_ask_later=True) from unavailable
    except EngineRefused as refused:
        if refused.kind == NO_SUCH_CALL:
            said = gettext("This engine cannot estimate drafts; a newer one can.")
        elif refused.faults:
            said = gettext("The draft has faults. Mend them first, then it can be estimated.")
        else:
            said = gettext("The engine refused to estimate it: %(detail)s") % {"detail": refused.detail}
        raise EstimateRefused(said) from refused


def follow(estimate: Estimate, *, now: datetime, engine: Engine | None = None) -> None:
    """Asks the engine how far it is, and keeps what it found; one that has ended is left as it is.

    Raises:
        EngineUnavailable: nobody could say; the estimate stays under way.
    """
    if not estimate.is_under_way:
        return
    try:
        question = (engine or the_engine()).supposed(estimate.engine_id)
    except EngineRefused as refused:
        if refused.status == FORGOTTEN:
            estimate.lose(now=now)
        else:
            estimate.fail(reason=refused.detail, now=now)
    else:
        _take(estimate, question, now=now)


def follow_all(*, now: datetime, engine: Engine | None = None) -> int:
    """Follows every estimate under way, so that a result is kept although nobody looks. Returns how many ended."""
    ended = 0
    for each in Estimate.objects.under_way().order_by("asked_at"):
        try:
            follow(each, now=now, engine=engine)
        except EngineUnavailable:
            break
        ended += not each.is_under_way
    return ended


def _take(estimate: Estimate, question: wire.WhatIf, *, now: datetime) -> None:
    if question.status == "done" and question.result is not None:
        estimate.finish(result=msgspec.to_builtins(question.result), now=now)
    elif question.status == "failed":
        estimate.fail(reason=question.reason or "", now=now)
    else:
        estimate.advance(at=question.at, of=question.of)
