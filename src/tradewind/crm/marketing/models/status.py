"""The statuses an offer goes through, and which step may follow which."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    RELEASED = "released", _("Released")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")


MAY_BECOME: dict[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.IN_REVIEW, Status.CLOSED}),
    Status.IN_REVIEW: frozenset({Status.DRAFT, Status.RELEASED, Status.CLOSED}),
    Status.RELEASED: frozenset({Status.PAUSED, Status.CLOSED}),
    Status.PAUSED: frozenset({Status.RELEASED, Status.CLOSED}),
    Status.CLOSED: frozenset(),
}
ONLY_WHEN_COMPLETE: frozenset[str] = frozenset({Status.IN_REVIEW, Status.RELEASED})


class StatusRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The offer cannot take this step; `gaps` says in words what is missing, where that is the reason."""

    def __init__(self, message: str, gaps: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.gaps = tuple(gaps)


def refusal(current: str, wanted: str, gaps: Sequence[str]) -> StatusRefused | None:
    """Why an offer in `current` may not become `wanted`, or None where it may."""
    if wanted not in MAY_BECOME[current]:
        return StatusRefused(
            gettext("An offer that is “%(current)s” cannot become “%(wanted)s”.")
            % {"current": Status(current).label, "wanted": Status(wanted).label}
        )
    if wanted in ONLY_WHEN_COMPLETE and gaps:
        return StatusRefused(gettext("The offer is not complete yet."), gaps)
    return None
