"""Which contexts does a condition hold for? Read as a stream, a line at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from starlette.requests import Request

from tradewind.engine.core.conditions import NOW, UNKNOWN, Expr, Schema, check, evaluate
from tradewind.engine.core.context import declared, fill
from tradewind.engine.core.instants import instant
from tradewind.engine.service import bodies, ndjson
from tradewind.engine.service.checking import faults_of, groups_of
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import MAX_FAULTS, Reader, capped
from tradewind.engine.service.ndjson import TooLong
from tradewind.engine.service.problems import Refused, one_fault
from tradewind.engine.wire import Attribute, ConditionCheck, ConditionMatches, Fault

MOST: Final = 100_000
"""Contexts in one call."""

_BREATH: Final = 50
"""Contexts between two chances for other calls."""

type Lines = AsyncIterator[tuple[int, bytes | TooLong]]

_condition: Reader[ConditionCheck] = Reader(ConditionCheck)
_context: Reader[dict[str, Any]] = Reader(dict[str, Any])


async def matches(engine: Engine, request: Request) -> ConditionMatches:
    """Count and name the contexts that the condition of the first line holds for.

    Raises:
        Refused: `body_refused` with everything that is wrong with the condition or with any context, at its line;
            `body_too_large` for a line over 1 MB or too many of them.
    """
    lines = ndjson.lines(request)
    condition, known = await _read_condition(engine, lines)
    now = instant(engine.now())
    matching: list[int] = []
    faults: list[Fault] = []
    unknown = of = 0
    async for number, line in lines:
        if of == MOST:
            raise _too_large(f"more than {MOST:,} contexts")
        values, wrong = await _values(number, line, known)
        faults += wrong
        if len(faults) > MAX_FAULTS:
            break
        truth = evaluate(condition, {**values, NOW: now})
        if truth is True:
            matching.append(of)
        unknown += truth is UNKNOWN
        of += 1
        if of % _BREATH == 0:
            await asyncio.sleep(0)
    if faults:
        raise Refused("body_refused", errors=capped(faults), headers={"Connection": "close"})
    return ConditionMatches(matched=len(matching), unknown=unknown, of=of, matches=matching)


async def _read_condition(engine: Engine, lines: Lines) -> tuple[Expr, dict[str, Attribute]]:
    """The condition of the first line, and the attributes that contexts may have."""
    async for number, line in lines:
        try:
            asked = await bodies.message(_condition, _whole(number, line))
        except Refused as refused:
            raise Refused("body_refused", errors=[_at(fault, number) for fault in refused.errors]) from refused
        groups = groups_of(asked, engine.state)
        checked = check(asked.expression, Schema.of(groups), expects="boolean")
        if checked.expression is None or checked.faults:
            raise Refused("body_refused", errors=capped(faults_of(checked)))
        return checked.expression, declared(groups)
    message = 'the first line is the condition: {"expression": …}'
    raise one_fault("body_refused", path="", code="missing", message=message)


async def _values(number: int, line: bytes | TooLong, known: dict[str, Attribute]) -> tuple[Any, list[Fault]]:
    try:
        attributes = await bodies.message(_context, _whole(number, line))
    except Refused as refused:
        if refused.kind.name != "body_refused":
            raise
        return {}, [_at(fault, number) for fault in refused.errors]
    filled = fill(attributes, known, path="")
    return filled.context.values, [_at(fault, number) for fault in filled.faults]


def _whole(number: int, line: bytes | TooLong) -> bytes:
    if isinstance(line, TooLong):
        raise _too_large(f"line {number} is larger than 1 MB")
    return line


def _too_large(detail: str) -> Refused:
    return Refused("body_too_large", detail, headers={"Connection": "close"})


def _at(fault: Fault, number: int) -> Fault:
    """The fault at the line of the body, unless it has a line already."""
    return fault if fault.line is not None and number == 1 else msgspec.structs.replace(fault, line=number)
