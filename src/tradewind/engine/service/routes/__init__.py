"""The doors, one file per thing that the contract names.

Each file declares its `DOORS` beside the functions that answer them: read the body, let the
engine do it, put the answer into words. No rule of the business is decided here.
"""

from __future__ import annotations

from tradewind.engine.service.doors import Door
from tradewind.engine.service.routes import (
    agents,
    conditions,
    customers,
    decisions,
    events,
    health,
    history,
    predictors,
    publications,
    responses,
    stops,
    what_ifs,
)

DOORS: tuple[Door, ...] = (
    *publications.DOORS,
    *conditions.DOORS,
    *events.DOORS,
    *decisions.DOORS,
    *responses.DOORS,
    *predictors.DOORS,
    *what_ifs.DOORS,
    *agents.DOORS,
    *stops.DOORS,
    *customers.DOORS,
    *history.DOORS,
    *health.DOORS,
)
