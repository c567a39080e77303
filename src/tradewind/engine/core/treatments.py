"""How an offer is said: the treatment for a channel and a language, with its fallbacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tradewind.engine.core.context import Context
from tradewind.engine.core.published import CompiledTreatment

OTHERWISE = "en"


def choose(treatments: Sequence[CompiledTreatment], language: str | None, context: Context) -> CompiledTreatment:
    """The best treatment of one channel: in the language asked for, else in English, else the first.

    One whose placeholders all have values goes before one with gaps, whatever its language; when every one has
    gaps, the best language is taken and the gaps stay empty.
    """
    if len(treatments) == 1:
        return treatments[0]
    ordered = sorted(treatments, key=lambda treatment: _distance(treatment.language, language))
    return next((treatment for treatment in ordered if not context.missing(treatment.names)), ordered[0])


def in_language[Said](said: Mapping[str, Said], language: str | None) -> Said | None:
    """One of several by language, with the same fallbacks; None of none."""
    if len(said) < 2:
        return next(iter(said.values()), None)
    return said[min(said, key=lambda known: _distance(known, language))]


def _distance(known: str, asked: str | None) -> int:
    """0 the language asked for, 1 the same without its region, 2 English, 3 any other."""
    if asked is not None and known == asked:
        return 0
    if asked is not None and known.partition("-")[0] == asked.partition("-")[0]:
        return 1
    return 2 if known == OTHERWISE else 3
