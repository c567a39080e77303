"""How literals are written: texts with escapes, numbers, instants and durations."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_ESCAPE = re.compile(
    r"\\(?:x(?P<x>[0-9a-fA-F]{2})|X(?P<X>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"
    r"|(?P<octal>[0-3][0-7]{2})|(?P<one>[abfnrtv\\?\"'`]))"
)
_ONE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DURATION = re.compile(r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:h|ms|m|s|us|µs))+")
_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(h|ms|m|s|us|µs)")
_MICROSECONDS = {"h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000, "us": 1, "µs": 1}
_LONGEST = 315_576_000_000 * 1_000_000


def unescape(body: str, fault: Callable[[int, str], None]) -> str:
    """A text's value from what stands between its quotes; `fault(offset, message)` is told of bad escapes."""
    parts: list[str] = []
    end = 0
    while (start := body.find("\\", end)) >= 0:
        parts.append(body[end:start])
        found = _ESCAPE.match(body, start)
        if found is None:
            fault(start, f"{body[start : start + 2]} is no escape; write \\\\ for a backslash")
            end = start + 2
            continue
        character = _character(found)
        if character is None:
            fault(start, f"{found.group()} is no character")
        parts.append(character or "")
        end = found.end()
    return "".join((*parts, body[end:]))


def _character(found: re.Match[str]) -> str | None:
    if one := found["one"]:
        return _ONE.get(one, one)
    if octal := found["octal"]:
        return chr(int(octal, 8))
    code = int(found["x"] or found["X"] or found["u"] or found["U"], 16)
    return None if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def read_number(text: str) -> float:
    """A literal number as a double. Raises ValueError where a double cannot hold it.

    >>> read_number("24"), read_number("0x1F"), read_number(".5e1")
    (24.0, 31.0, 5.0)
    """
    try:
        value = float(int(text, 16)) if text[:2] in {"0x", "0X"} else float(text)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        raise ValueError("this number is too large")
    return value


def read_instant(text: str) -> datetime:
    """An RFC 3339 instant with an offset, exact to the microsecond, in UTC. Raises ValueError.

    >>> read_instant("2026-03-01T09:30:00+02:00").isoformat()
    '2026-03-01T07:30:00+00:00'
    """
    if _INSTANT.fullmatch(text) is None:
        raise ValueError(f'"{text}" is no instant; write it like 2026-03-01T09:30:00Z')
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f'"{text}" is no instant that exists') from error


def read_duration(text: str) -> timedelta:
    """A duration as hours, minutes, seconds, milli- and microseconds. Raises ValueError.

    >>> read_duration("1h30m"), read_duration("-1.5s")
    (datetime.timedelta(seconds=5400), datetime.timedelta(days=-1, seconds=86398, microseconds=500000))
    """
    if _DURATION.fullmatch(text) is None:
        raise ValueError(f'"{text}" is no duration; write it like 36h, 1h30m or 2.5s')
    total = sum(_microseconds(amount, unit) for amount, unit in _PART.findall(text))
    if total > _LONGEST:
        raise ValueError(f'"{text}" is longer than 10,000 years')
    return timedelta(microseconds=-total if text.startswith("-") else total)


def _microseconds(amount: str, unit: str) -> int:
    whole, _, fraction = amount.partition(".")
    scale = _MICROSECONDS[unit]
    return int(whole or "0") * scale + int(fraction or "0") * scale // int("1" + "0" * len(fraction))
