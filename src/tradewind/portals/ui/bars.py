"""Bars as SVG attributes in per cent: geometry that carries data needs no inline style."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Interval:
    """A share between 0 and 1 with the interval it is known to lie in."""

    value: float
    low: float
    high: float


def across(share: float, full: float) -> str:
    """Where `share` ends on a rail of length `full`, never beyond the rail.

    >>> across(0.34, 0.5)
    '68.0%'
    """
    return f"{100 * min(max(share / full, 0.0), 1.0):.1f}%" if full > 0 else "0.0%"


def bar(share: float, *, full: float = 1.0, tone: str = "", label: str = "", quiet: bool = False) -> SafeString:
    """A filled rail. Without a label it is hidden from screen readers: the number stands beside it."""
    return format_html(
        '<svg class="bar"{}{}{}><rect class="rail" y="1" width="100%" height="6"/>'
        '<rect class="fill" y="1" width="{}" height="6"/></svg>',
        _named(label),
        format_html(' data-tone="{}"', tone) if tone else "",
        SafeString(" data-quiet") if quiet else "",
        across(share, full),
    )


def interval_bar(interval: Interval, *, full: float = 1.0, label: str = "") -> SafeString:
    """The value as a mark, the interval as a band."""
    at, low, high = (across(share, full) for share in (interval.value, interval.low, interval.high))
    band = f"{max(float(high[:-1]) - float(low[:-1]), 0.0):.1f}%"
    return format_html(
        '<svg class="bar"{}><rect class="rail" y="3" width="100%" height="2"/>'
        '<rect class="fill" y="3" width="{}" height="2"/>'
        '<rect class="span" x="{}" y="0" width="{}" height="8"/>'
        '<line class="mark" x1="{}" x2="{}" y1="0" y2="8"/></svg>',
        _named(label),
        at,
        low,
        band,
        at,
        at,
    )


def _named(label: str) -> SafeString:
    if not label:
        return SafeString(' aria-hidden="true"')
    return format_html(' role="img" aria-label="{}"', label)
