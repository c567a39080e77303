"""Numbers, money and dates as each language writes them."""

import datetime as dt
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, get_currency_precision
from django.utils import timezone
from django.utils.translation import get_language

MINUS = "\N{MINUS SIGN}"
THIN_GAP = "\N{NO-BREAK SPACE}"
LOCALES = {"en": "en_GB", "ro": "ro"}

type Number = int | float | Decimal


def locale() -> str:
    """The locale of the active language; English here is British."""
    return LOCALES.get((get_language() or "en")[:2], "en_GB")


def number(value: Number, decimals: int = 0) -> str:
    """
    >>> number(-1234.5, 1)
    '−1,234.5'
    """
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, pattern, locale=locale()).replace("-", MINUS)


def percent(share: Number, decimals: int = 0) -> str:
    """A share between 0 and 1 in per cent, with a space that does not break.

    >>> percent(0.344).replace(THIN_GAP, " ")
    '34 %'
    """
    return f"{number(Decimal(str(share)) * 100, decimals)}{THIN_GAP}%"


def money(minor: int, currency: str) -> str:
    """An amount in minor units with its currency.

    >>> money(-45000, "GBP")
    '−£450.00'
    """
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return format_currency(amount, currency, locale=locale()).replace("-", MINUS)


def day(value: dt.date, *, year: bool | None = None) -> str:
    """`17 Nov 2026`, without the year when it is the running one (or as `year` says)."""
    date = _local(value)
    shows_year = date.year != timezone.localdate().year if year is None else year
    return format_date(date, "d MMM y" if shows_year else "d MMM", locale=locale())


def clock(value: dt.datetime) -> str:
    """`14:06` in the current time zone."""
    return format_time(_local_instant(value), "HH:mm", locale=locale())


def moment(value: dt.datetime) -> str:
    """`17 Nov, 14:06`."""
    return f"{day(value)}, {clock(value)}"


def short_moment(value: dt.datetime) -> str:
    """The margin of a timeline: the time when it was today, else the day."""
    return clock(value) if _local(value) == timezone.localdate() else day(value)


def _local_instant(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _local(value: dt.date) -> dt.date:
    return _local_instant(value).date() if isinstance(value, dt.datetime) else value
