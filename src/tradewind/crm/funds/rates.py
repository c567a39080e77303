"""Exchange rates of a day, and amounts from one currency into another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _

from tradewind.crm.funds.models import ExchangeRate
from tradewind.crm.funds.rules import RateMissing, split


def rate_of(source: str, target: str, day: date) -> Decimal:
    """How much of `target` one unit of `source` was on that day; 1 for the same currency.

    Raises:
        RateMissing: nobody entered a rate for the day; that of another day is not taken instead.
    """
    if source == target:
        return Decimal(1)
    found = ExchangeRate.objects.filter(from_currency=source, to_currency=target, of_date=day)
    rate = found.values_list("rate", flat=True).first()
    if rate is None:
        raise RateMissing(
            _("There is no rate from %(source)s to %(target)s for %(day)s.")
            % {"source": source, "target": target, "day": day}
        )
    return rate


def convert(amount_minor: int, source: str, target: str, rate: Decimal) -> int:
    """Minor units of `source` in minor units of `target`, half up.

    >>> convert(10_000, "RON", "GBP", Decimal("0.17")), convert(500, "JPY", "GBP", Decimal("0.0052"))
    (1700, 260)
    """
    shift = get_currency_precision(target) - get_currency_precision(source)
    exact = Decimal(amount_minor) * rate * Decimal(10) ** shift
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def convert_lines(amounts_minor: Sequence[int], source: str, target: str, rate: Decimal) -> list[int]:
    """Lines of a document so that they sum to their converted total: not a cent is lost or found.

    >>> convert_lines([333, 333, 334], "RON", "GBP", Decimal("0.1755")), convert(1000, "RON", "GBP", Decimal("0.1755"))
    ([59, 58, 59], 176)
    """
    return split(convert(sum(amounts_minor), source, target, rate), amounts_minor)
