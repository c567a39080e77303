"""How often an offer was accepted where it was answered, with the interval that so few or many answers allow."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from tradewind.crm.access import scope
from tradewind.crm.decisions.models import Answer, DecidedOffer
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer
from tradewind.crm.toolkit.models.outcome import SKIPPED

WINDOW = dt.timedelta(days=28)
Z_95 = 1.959964
RAIL_BEYOND = 1.15
ACCEPTED = Q(outcome__reward__gte=1)
ANSWERED = Q(replaced_at=None, final=True) & ~Q(outcome__name=SKIPPED)
"""What the customer said in the end; an offer that the agent skipped was not answered."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """`shown` counts decisions, `answered` and `accepted` their final answers."""

    shown: int = 0
    answered: int = 0
    accepted: int = 0

    @property
    def value(self) -> float | None:
        return self.accepted / self.answered if self.answered else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.accepted, self.answered)

    @property
    def low(self) -> float:
        return self.interval[0]

    @property
    def high(self) -> float:
        return self.interval[1]


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """The score interval of a share (E. B. Wilson, 1927); 95 % unless told.

    >>> [round(end, 3) for end in wilson(34, 100)]
    [0.255, 0.437]
    """
    if not trials:
        return 0.0, 1.0
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def acceptance(offers: Iterable[Offer], *, user: User, now: dt.datetime) -> Mapping[int, Acceptance]:
    """Acceptance of each offer over the last 28 days, in two queries for them all."""
    ids = [offer.pk for offer in offers]
    shown = (
        scope(user, DecidedOffer)
        .filter(offer__in=ids, decision__asked_at__gte=now - WINDOW)
        .values_list("offer")
        .annotate(shown=Count("pk"))
        .order_by()
    )
    answers = (
        scope(user, Answer)
        .filter(ANSWERED, decided_offer__offer__in=ids, answered_at__gte=now - WINDOW)
        .values_list("decided_offer__offer")
        .annotate(answered=Count("pk"), accepted=Count("pk", filter=ACCEPTED))
        .order_by()
    )
    answered = {offer: (total, accepted) for offer, total, accepted in answers}
    return {offer: Acceptance(count, *answered.get(offer, (0, 0))) for offer, count in shown}


def overall(*, user: User, until: dt.datetime) -> Acceptance:
    """Acceptance of all offers together over the 28 days until an instant."""
    since = until - WINDOW
    shown = scope(user, DecidedOffer).filter(decision__asked_at__gte=since, decision__asked_at__lt=until).count()
    answers = scope(user, Answer).filter(ANSWERED, answered_at__gte=since, answered_at__lt=until)
    return Acceptance(shown, **answers.aggregate(answered=Count("pk"), accepted=Count("pk", filter=ACCEPTED)))


def rail(known: Iterable[Acceptance]) -> float:
    """The end of the rail that bars side by side share: a little beyond the highest interval."""
    return min(1.0, RAIL_BEYOND * max((each.high for each in known if each.answered), default=1.0))
