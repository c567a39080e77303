"""Asking about a condition: is it well-formed, and whom does it hold for?"""

from __future__ import annotations

from typing import Any

from tradewind.engine.wire.base import Expression, Message, Whole
from tradewind.engine.wire.problems import Fault
from tradewind.engine.wire.publication import ConditionGroup


class ConditionCheck(Message, frozen=True, kw_only=True):
    expression: Expression
    condition_groups: list[ConditionGroup] | None = None


class ConditionReport(Message, frozen=True, kw_only=True, omit_defaults=False):
    ast: dict[str, Any] | None
    type: str | None
    faults: list[Fault]


class ConditionMatches(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Of so many contexts, those that a condition holds for: how many, and which, counted from 0.

    `unknown` are those where a missing attribute leaves it open; they do not match.
    """

    matched: Whole
    unknown: Whole
    of: Whole
    matches: list[Whole]
