"""How many of something stand in each status, for the first page of a portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Share:
    status: str
    label: str | Promise
    number: int


def shares(statuses: type[TextChoices], counts: Mapping[str, int]) -> list[Share]:
    """Every status in its order, those too in which nothing stands."""
    return [Share(status.value, status.label, counts.get(status.value, 0)) for status in statuses]
