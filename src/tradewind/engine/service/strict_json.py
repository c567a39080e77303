"""JSON read strictly: duplicate keys, NaN, infinities, lone surrogates and deep nesting are refused.

Two readers of the same text. `quick` decodes once and proves by counting that no key was lost; its halves, `uncounted`
and `recounted`, are there for a type of message whose text is made anyway. `thorough` runs when they are in doubt; it
finds everything that is wrong and says where.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable
from typing import Any, Final

import msgspec

from tradewind.engine.core.pointers import pointer
from tradewind.engine.wire import Fault

MAX_DEPTH: Final = 32
"""Levels of nesting; a publication needs about ten."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


class InDoubt(Exception):  # noqa: N818 - a doubt, not yet an error
    """`quick` cannot vouch for this text; `thorough` decides."""


def quick(body: bytes) -> Any:
    """Decode, or raise InDoubt.

    Every key in a JSON text is followed by one colon, and all other colons are inside strings. The
    decoder drops the earlier of two equal keys, so what it returns, written as JSON again, has as many
    colons as the text only if nothing was dropped. A colon written as an escape (003a) would not be
    counted, so such texts are in doubt.
    """
    value = uncounted(body, _decode)
    recounted(body, _encode(value))
    return value


def uncounted[T](body: bytes, decode: Callable[[bytes], T]) -> T:
    """The value, whose keys are still to be counted, or InDoubt."""
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        raise InDoubt
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InDoubt from error


def recounted(body: bytes, text: bytes) -> bytes:
    """The text that was made again of what was read, if it has all the keys; else InDoubt.

    It may leave out what was not given, and must have every text as it was read: an instant may come out with more
    colons than it came with. A field that is given with its default and then left out leads to doubt.
    """
    if b"\\u003" in body or body.count(b":") != text.count(b":"):
        raise InDoubt
    return text


def thorough(body: bytes) -> tuple[Any, list[Fault]]:
    """The value and everything wrong with the text; the value is None where it cannot be read at all."""
    if _is_too_deep(body):
        return None, [_fault("", "too_deep", f"more than {MAX_DEPTH} levels of nesting")]
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_fault("", "malformed", f"not UTF-8 at byte {error.start}")]
    try:
        loaded = json.loads(text, object_pairs_hook=_Pairs, parse_constant=_NotFinite, parse_float=_float)
    except json.JSONDecodeError as error:
        fault = Fault(path="", code="malformed", message=error.msg, line=error.lineno, column=error.colno)
        return None, [fault]
    except ValueError:  # an integer of more digits than Python converts
        most = sys.get_int_max_str_digits()
        return None, [_fault("", "malformed", f"a number has more than {most} digits")]
    faults: list[Fault] = []
    value = _plain(loaded, "", faults)
    return (None if faults else value), faults


class _Pairs(list[tuple[str, Any]]):
    """An object as it was written, doubled keys included."""


class _NotFinite(str):
    """NaN, an infinity or a number too large for a double."""

    __slots__ = ()


def _float(text: str) -> float | _NotFinite:
    value = float(text)
    return value if math.isfinite(value) else _NotFinite(text)


def _is_too_deep(body: bytes) -> bool:
    if body.count(b"{") + body.count(b"[") <= MAX_DEPTH:
        return False
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(body):
        token = match.group()
        if token in (b"{", b"["):
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif token in (b"}", b"]"):
            depth -= 1
    return False


def _plain(value: Any, path: str, faults: list[Fault]) -> Any:
    if isinstance(value, _Pairs):
        return _object(value, path, faults)
    if isinstance(value, list):
        return [_plain(member, pointer(path, index), faults) for index, member in enumerate(value)]
    if isinstance(value, _NotFinite):
        faults.append(_fault(path, "not_finite", f"{value[:40]} is not a finite number"))
    elif isinstance(value, str) and not _is_encodable(value):
        faults.append(_fault(path, "lone_surrogate", "half of a surrogate pair is not a character"))
    return value


def _object(pairs: _Pairs, path: str, faults: list[Fault]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, member in pairs:
        if not _is_encodable(key):
            faults.append(_fault(path, "lone_surrogate", "half of a surrogate pair in a key"))
            continue
        at = pointer(path, key)
        if key in value:
            faults.append(_fault(at, "duplicate_key", f"the key {key[:80]} is given twice"))
        value[key] = _plain(member, at, faults)
    return value


def _is_encodable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _fault(path: str, code: str, message: str) -> Fault:
    return Fault(path=path, code=code, message=message)
