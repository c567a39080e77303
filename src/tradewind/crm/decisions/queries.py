"""Reads for screens: is the engine there, what runs in it, how well offers do, what waits to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from tradewind.crm.decisions.document import condition_groups
from tradewind.crm.decisions.engine import Engine, EngineRefused, EngineUnavailable, the_engine
from tradewind.crm.decisions.models import Outbox


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """Whether the engine can decide now; `publication` is what it runs, `detail` why it cannot."""

    is_up: bool
    publication: int | None = None
    position: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RuleFault:
    """One thing wrong in a rule; line and column count from 1."""

    code: str
    message: str
    line: int | None
    column: int | None


def engine_health(*, engine: Engine | None = None) -> EngineHealth:
    """Asks the engine now; one that is away is an answer, not an error."""
    try:
        health = (engine or the_engine()).health()
    except (EngineUnavailable, EngineRefused) as away:
        return EngineHealth(is_up=False, detail=away.detail)
    return EngineHealth(
        is_up=health.status == "ok",
        publication=health.publication,
        position=health.position or "",
        detail="" if health.status == "ok" else health.status,
    )


def check_rule(text: str, *, engine: Engine | None = None) -> Sequence[RuleFault]:
    """What the engine says to a rule over the toolkit as it stands now; nothing where the rule is good.

    Raises:
        EngineUnavailable: nobody could check it.
    """
    report = (engine or the_engine()).check(text, condition_groups())
    return [RuleFault(fault.code, fault.message, fault.line, fault.column) for fault in report.faults]


def waiting_letters() -> QuerySet[Outbox]:
    """Answers on their way to the engine, oldest first; letters without an answer are not shown."""
    return _told(Outbox.objects.waiting())


def refused_letters() -> QuerySet[Outbox]:
    """Answers that the engine will not take, with its reason."""
    return _told(Outbox.objects.refused())


def _told(letters: QuerySet[Outbox]) -> QuerySet[Outbox]:
    return letters.filter(answer__isnull=False).select_related(
        "answer__outcome",
        "answer__decided_offer__offer",
        "answer__decided_offer__decision__customer__person",
        "answer__decided_offer__decision__customer__organisation",
    )
