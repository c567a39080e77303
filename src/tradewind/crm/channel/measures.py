"""What partners are measured by, and what each has done in stretches of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils.timezone import make_aware

from tradewind.crm.channel.rules import Measure
from tradewind.crm.orders.models import Order
from tradewind.crm.orders.models.order import OrderStatus
from tradewind.crm.sales.models import Lead, LeadStatus

if TYPE_CHECKING:
    from tradewind.crm.channel.models.partner import Partner


LEFT_OUT: Final = "left_out"
"""Beside the measures: how many orders are in another currency than the company's, so that their sums are not counted.
No rates of exchange are kept by which they could be.
"""
A_DAY: Final = timedelta(days=1)


def base_currency() -> str:
    """The company's own: goals and tiers are set in it."""
    return settings.TRADEWIND_CURRENCY


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    since: date
    until: date

    def holds(self, column: str = "created_at") -> Q:
        return Q(**{f"{column}__gte": _midnight(self.since), f"{column}__lt": _midnight(self.until + A_DAY)})


def measured(partner: Partner, periods: Iterable[Period], *, on_date: date) -> Mapping[Period, Mapping[str, int]]:
    """Every measure of a partner in each period, in three statements however many periods there are.

    Money is what the company's own currency adds up to; `LEFT_OUT` says how many orders that leaves out.
    Certificates are those that are good on the last day of the period, or on `on_date` where that is earlier.
    """
    asked = sorted(set(periods), key=lambda period: (period.since, period.until))
    if not asked:
        return {}
    whole = Period(asked[0].since, max(period.until for period in asked))
    of_partner = Q(partner=partner.organisation_id) & whole.holds()
    found: dict[str, Any] = {}
    orders = Order.objects.filter(of_partner).exclude(status=OrderStatus.CANCELLED)
    ours = Q(currency=base_currency())
    leads = Lead.objects.filter(of_partner, status=LeadStatus.CONVERTED)
    found |= orders.order_by().aggregate(
        **_each(asked, Measure.SALES, lambda at: Sum("total_minor", filter=at & ours, default=0)),
        **_each(asked, LEFT_OUT, lambda at: Count("pk", filter=at & ~ours)),
        **_each(asked, Measure.ORDERS, lambda at: Count("pk", filter=at)),
    )
    found |= leads.order_by().aggregate(**_each(asked, Measure.LEADS_WON, lambda at: Count("pk", filter=at)))
    found |= partner.certificates.order_by().aggregate(**_held(asked, on_date))
    return {period: {m: found[f"{m}_{at}"] for m in (*Measure, LEFT_OUT)} for at, period in enumerate(asked)}


def _each(periods: list[Period], measure: str, count: Any) -> dict[str, Any]:
    return {f"{measure}_{at}": count(period.holds()) for at, period in enumerate(periods)}


def _held(periods: list[Period], on_date: date) -> dict[str, Any]:
    """People and certificates, as they stand on the last day of each period."""
    counted: dict[str, Any] = {}
    for at, period in enumerate(periods):
        last = min(period.until, on_date)
        valid = Q(starts_date__lte=last, expires_date__gte=last)
        counted[f"{Measure.CERTIFIED_PEOPLE}_{at}"] = Count("person", distinct=True, filter=valid)
        counted[f"{Measure.CERTIFICATES}_{at}"] = Count("pk", filter=valid & Q(person=None))
    return counted


def _midnight(day: date) -> datetime:
    """When the day begins where the house is."""
    return make_aware(datetime.combine(day, time.min))
