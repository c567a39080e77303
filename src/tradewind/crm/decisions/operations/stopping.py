"""The emergency stop: an offer off for the very next decision, and on again, with who and when."""

from __future__ import annotations

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

    A stop that cannot reach the engine is kept: the desk's standing offers obey it from now on, and `tell_stops` brings
    it to the engine as soon as that answers.

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
        stopped, is_new = Stop.objects.get_or_create(
            offer=offer,
            ended_at=None,
            defaults={"started_at": now, "started_by": actor, "note": note, "position": position},
        )
        if is_new:
            _remember("offer.stopped", offer, actor=actor, now=now, detail={"note": note} if note else {})
        elif stopped.is_untold and position:
            stopped.reach(position)
    return stopped


def resume(*, offer: Offer, actor: User, now: datetime, engine: Engine | None = None) -> None:
    """Lifts the stop of an offer; one that is not stopped is left as it is.

    Raises:
        StopRefused: the engine refuses; the stop stays in force.
        EngineUnavailable: the engine may or may not have lifted it; saying it again is safe.
    """
    try:
        (engine or the_engine()).resume(offer.code)
    except EngineRefused as refused:
        if refused.kind != UNKNOWN:
            raise StopRefused(_in_words(refused)) from refused
        # it neither runs the offer nor has it stopped, so nothing is left there that could be lifted
    with transaction.atomic():
        stopped = Stop.objects.in_force().filter(offer=offer).first()
        if stopped is not None and stopped.lift(actor=actor, now=now):
            _remember("offer.resumed", offer, actor=actor, now=now, detail={})


def tell_stops(*, engine: Engine | None = None) -> int:
    """Tells the engine of the stops that could not reach it; returns how many it took."""
    told = 0
    for each in Stop.objects.untold().select_related("offer").order_by("started_at"):
        try:
            told += _told(each, engine or the_engine())
        except EngineUnavailable:
            break
        except EngineRefused:
            continue  # it does not run the offer now; the stop waits in case it will
    return told


def _told(stop: Stop, engine: Engine) -> bool:
    """Whether the engine knows of the stop now; one that was lifted while it was told is taken back there."""
    if stop.reach(engine.stop(stop.offer.code).position):
        return True
    engine.resume(stop.offer.code)
    return False


def _in_words(refused: EngineRefused) -> str:
    if refused.kind == UNKNOWN:
        return gettext("The engine does not run this offer, so there is nothing to stop.")
    return gettext("The engine refused: %(detail)s") % {"detail": refused.detail}


def _remember(verb: str, offer: Offer, *, actor: User, now: datetime, detail: dict[str, str]) -> None:
    activity = Activity.objects.create(verb=verb, actor=actor, happened_at=now, subject=str(offer), detail=detail)
    offer.activities.create(activity=activity)
