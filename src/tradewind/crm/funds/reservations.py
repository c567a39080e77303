"""Reservations: asked for in any currency, held of the fund with the approval, settled, and let go."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tradewind.crm.funds.approving import level_of
from tradewind.crm.funds.expiry import expire_left
from tradewind.crm.funds.models import Fund, Reservation
from tradewind.crm.funds.moving import Move, is_posted, move
from tradewind.crm.funds.rates import convert, rate_of
from tradewind.crm.funds.rules import (
    RESERVATION_STEPS,
    FourEyes,
    FundsRefused,
    Level,
    OverBudget,
    ReservationStatus,
    StepRefused,
    next_step,
)
from tradewind.crm.identity.models import User


@transaction.atomic
def request(fund: Fund, *, amount_minor: int, currency: str, purpose: str, actor: User, now: datetime) -> Reservation:
    """Ask for money of a fund; nothing is held yet.

    Args:
        amount_minor: in minor units of `currency`, which is converted at the rate of today and kept with it.

    Raises:
        FundsRefused: the amount is not positive, or the fund has expired.
        RateMissing: there is no rate of today.
    """
    today = timezone.localdate(now)
    if amount_minor <= 0:
        raise FundsRefused(_("Name an amount."))
    if fund.is_seen_expired(on_date=today):
        raise FundsRefused(_("The fund “%(fund)s” has expired.") % {"fund": fund})
    rate = rate_of(currency, fund.currency, today)
    return Reservation.objects.create(
        fund=fund,
        purpose=purpose,
        asked_minor=amount_minor,
        asked_currency=currency,
        rate=rate,
        rate_date=today,
        amount_minor=convert(amount_minor, currency, fund.currency, rate),
        asked_by=actor,
        asked_at=now,
    )


@transaction.atomic
def approve(reservation: Reservation, *, actor: User, now: datetime) -> Level:
    """Hold the money; what availability control says of it.

    Raises:
        StepRefused: it was decided already.
        FourEyes: the person asked for it.
        NotEntitled: the person may not approve so much.
        OverBudget: the fund has not so much left, or the person's level does not reach into its tolerance.
    """
    held = _held(reservation)
    next_step(RESERVATION_STEPS, held.status, ReservationStatus.APPROVED)
    if held.asked_by_id == actor.pk:
        raise FourEyes(_("Nobody approves what they asked for."))
    fund = held.fund
    if fund.is_seen_expired(on_date=timezone.localdate(now)):
        raise FundsRefused(_("The fund “%(fund)s” has expired.") % {"fund": fund})
    level = level_of(actor, currency=fund.currency, amount_minor=held.amount_minor)
    verdict = fund.judge(held.amount_minor)
    tolerated = level >= fund.rule.tolerance_level
    if verdict == Level.ERROR or (verdict == Level.TOLERATED and not tolerated):
        raise OverBudget(_("The fund “%(fund)s” does not have so much left.") % {"fund": fund})
    move(
        [Move(fund, reserved_minor=held.amount_minor)],
        key=f"reservation:{held.uuid}:approved",
        kind="reservation",
        text=held.purpose,
        actor=actor,
        now=now,
        uses_tolerance=tolerated,
    )
    _decide(held, ReservationStatus.APPROVED, actor, now)
    reservation.refresh_from_db()
    return verdict


@transaction.atomic
def reject(reservation: Reservation, *, actor: User, now: datetime, why: str) -> None:
    """Refuse it, with a reason.

    Raises:
        StepRefused: it was decided already, or there is no reason.
        FourEyes: the person asked for it.
    """
    held = _held(reservation)
    next_step(RESERVATION_STEPS, held.status, ReservationStatus.REJECTED)
    if held.asked_by_id == actor.pk:
        raise FourEyes(_("Nobody decides about what they asked for."))
    if not why.strip():
        raise StepRefused(_("Say why."))
    held.why = why
    _decide(held, ReservationStatus.REJECTED, actor, now)
    reservation.refresh_from_db()


@transaction.atomic
def settle(reservation: Reservation, *, amount_minor: int, key: str, actor: User | None, now: datetime) -> None:
    """Turn a part of what is held into what is settled; the key names the settlement, which is done once.

    Raises:
        StepRefused: nothing is held under it.
        OverBudget: it holds less.
    """
    held = _held(reservation)
    name = f"reservation:{held.uuid}:settled:{key}"
    if is_posted(name):
        return
    if held.status != ReservationStatus.APPROVED:
        raise StepRefused(_("Nothing is held under this reservation."))
    if not 0 < amount_minor <= held.open_minor:
        raise OverBudget(_("The reservation does not hold so much."))
    move(
        [Move(held.fund, settled_minor=amount_minor)],
        key=name,
        kind="settlement",
        text=held.purpose,
        actor=actor,
        now=now,
    )
    held.settled_minor += amount_minor
    held.save(update_fields=["settled_minor"])
    reservation.refresh_from_db()


@transaction.atomic
def close(reservation: Reservation, *, actor: User | None, now: datetime) -> None:
    """Let go what it still holds; of a fund that has expired it expires at once.

    Raises:
        StepRefused: nothing is held under it.
    """
    held = _held(reservation)
    left = held.open_minor
    next_step(RESERVATION_STEPS, held.status, ReservationStatus.CLOSED)
    if left:
        name = f"reservation:{held.uuid}:closed"
        move([Move(held.fund, reserved_minor=-left)], key=name, kind="release", text=held.purpose, actor=actor, now=now)
    held.status = ReservationStatus.CLOSED
    held.save(update_fields=["status"])
    held.fund.refresh_from_db(fields=["expired_at"])  # a run that expired it meanwhile was waited for
    if left and held.fund.expired_at is not None:
        expire_left(held.fund, why=held.purpose, now=now)
    reservation.refresh_from_db()


def _held(reservation: Reservation) -> Reservation:
    return (
        Reservation.objects.select_for_update(of=("self",))
        .select_related("fund__plan", "fund__rule", "fund__partner")
        .get(pk=reservation.pk)
    )


def _decide(reservation: Reservation, status: ReservationStatus, actor: User, now: datetime) -> None:
    reservation.status, reservation.decided_by, reservation.decided_at = status, actor, now
    reservation.save(update_fields=["status", "decided_by", "decided_at", "why"])
