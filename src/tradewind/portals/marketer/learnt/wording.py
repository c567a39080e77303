"""Figures of a predictor said in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tradewind.crm.decisions.predictors import Quality, Scored
from tradewind.portals.ui import figures

EVEN: float = 0.0005
"""A gap that a figure with one decimal does not show."""


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign.

    >>> points(3.14), points(-0.5)
    ('+3.1 points', '−0.5 points')
    """
    sign = "+" if difference > 0 else ""
    return _("%(points)s points") % {"points": f"{sign}{figures.number(difference, 1)}"}


def scored_rows(scored: Scored) -> list[tuple[str, Quality]]:
    """Who is judged, and how well each did."""
    return [
        (pgettext("who expected", "Profiles"), scored.by_profiles),
        (pgettext("who expected", "Scorer"), scored.by_scorer),
    ]


def scored_words(scored: Scored) -> str:
    """The gap between what explains and what ranks, and how often the scorer had to begin again."""
    said = _gap(scored.by_scorer.auc - scored.by_profiles.auc)
    if scored.drifts:
        times = ngettext(
            "The scorer noticed %(n)s change of the world and began again.",
            "The scorer noticed %(n)s changes of the world and began again each time.",
            scored.drifts,
        )
        said = f"{said} {times % {'n': figures.number(scored.drifts)}}"
    return said


def _gap(gap: float) -> str:
    size = {"points": figures.number(100 * abs(gap), 1)}
    if abs(gap) < EVEN:
        return _("Profiles and scorer put responses in order equally well.")
    if gap > 0:
        return _("The scorer puts %(points)s points more of the pairs in the right order than the profiles do.") % size
    return _("The profiles put %(points)s points more of the pairs in the right order than the scorer does.") % size
