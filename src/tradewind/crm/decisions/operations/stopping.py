"""The emergency stop: an offer off for the very next decision, and on again, with who and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions.engine import Engine, EngineRefused, EngineUnavailable, the_engine
from tradewind.crm.decisions.models import Stop
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer

UNKNOWN: Final = "offer_unknown"


class StopRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The engine neither stops nor resumes the offer; the text says why."""


def stop(*, offer: Offer, actor: User, now: datetime, note: str = "", engine: Engine | None = None) -> Stop:
    """Stops an offer for the very next decision; one that is stopped stays so, with who stopped it first.

    A stop that cannot reach the engine is kept: the desk's standing offers obey it from now on, and `follow_stops`
    brings it to the engine as soon as that answers.

    Raises:
        StopRefused: the engine does not run the offer, so there is nothing to stop.
    """
    try:
        position = (engine or the_engine()).stop(offer.code).position
    except EngineUnavailable:
        position = ""
    except EngineRefused as refused:
        raise StopRefused(_in_words(refused)) from refused
    with transaction.atomic():
        stopped, is_new = Stop.objects.begin(offer, by=actor, now=now, position=position, note=note)
        if is_new:
            _remember("offer.stopped", offer, actor=actor, now=now, detail={"note": note} if note else {})
        if stopped.is_untold and position:
            stopped.reach(position)
    return stopped


def resume(*, offer: Offer, actor: User, now: datetime, engine: Engine | None = None) -> None:
    """Lifts the stop of an offer; one that is not stopped is left as it is.

    Raises:
        StopRefused: the engine refuses; the stop stays in force.
        EngineUnavailable: the engine may or may not have lifted it; saying it again is safe.
    """
    stopped = Stop.objects.in_force().filter(offer=offer).first()  # the worker may find it lifted before we say so
    try:
        (engine or the_engine()).resume(offer.code)
    except EngineRefused as refused:
        if refused.kind != UNKNOWN:
            raise StopRefused(_in_words(refused)) from refused
        # it neither runs the offer nor has it stopped, so nothing is left there that could be lifted
    if stopped is not None:
        _lifted(stopped, actor=actor, now=now)


def follow_stops(*, now: datetime, engine: Engine | None = None) -> int:
    """Brings our stops and the engine's together; returns how many were told, found there, or found lifted.

    The engine is told what could not reach it, and what it lost with a backup that was brought back. What somebody
    stopped or resumed there past us is taken over.
    """
    engine = engine or the_engine()
    ours = list(Stop.objects.in_force().select_related("offer").order_by("started_at"))  # before the engine is asked
    try:
        theirs = engine.stops()
        positions = {each.offer: each.position for each in theirs.offers}
        moved = sum(_followed(each, positions, int(theirs.position), now=now, engine=engine) for each in ours)
    except (EngineUnavailable, EngineRefused):
        return 0
    known = {each.offer.code for each in ours}
    found = Offer.objects.filter(code__in=positions.keys() - known)
    return moved + sum(_taken_over(offer, positions[offer.code], now=now) for offer in found)


def _followed(stop: Stop, positions: Mapping[str, str], head: int, *, now: datetime, engine: Engine) -> bool:
    """Whether something was done for a stop of ours. What it had been read before may have changed since."""
    position = positions.get(stop.offer.code)
    if position is not None:
        return stop.is_untold and stop.reach(position)
    if stop.is_untold or head < int(stop.position):
        return _told(stop, engine)
    return _lifted(stop, actor=None, now=now)


def _told(stop: Stop, engine: Engine) -> bool:
    """Whether the engine knows of the stop now; one that was lifted while it was told is taken back there."""
    try:
        position = engine.stop(stop.offer.code).position
    except EngineRefused:
        return False  # it does not run the offer now; the stop waits in case it will
    if stop.reach(position):
        return True
    engine.resume(stop.offer.code)
    return False


def _taken_over(offer: Offer, position: str, *, now: datetime) -> bool:
    """Whether a stop was new to us: not one that was made, or lifted, since the engine was asked."""
    if Stop.objects.filter(offer=offer, position=position).exists():
        return False
    with transaction.atomic():
        _stop, is_new = Stop.objects.begin(offer, by=None, now=now, position=position)
        if is_new:
            _remember("offer.stopped", offer, actor=None, now=now, detail={})
    return is_new


def _lifted(stop: Stop, *, actor: User | None, now: datetime) -> bool:
    with transaction.atomic():
        is_lifted = stop.lift(actor=actor, now=now)
        if is_lifted:
            _remember("offer.resumed", stop.offer, actor=actor, now=now, detail={})
    return is_lifted


def _in_words(refused: EngineRefused) -> str:
    if refused.kind == UNKNOWN:
        return gettext("The engine does not run this offer, so there is nothing to stop.")
    return gettext("The engine refused: %(detail)s") % {"detail": refused.detail}


def _remember(verb: str, offer: Offer, *, actor: User | None, now: datetime, detail: dict[str, str]) -> None:
    activity = Activity.objects.create(verb=verb, actor=actor, happened_at=now, subject=str(offer), detail=detail)
    offer.activities.create(activity=activity)
