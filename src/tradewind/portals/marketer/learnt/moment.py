"""What the engine says of one moment: the tree as it was then, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tradewind.crm.decisions.predictors import Predictor, Rebuilding, Untold, predictor_at
from tradewind.crm.marketing.models import Offer
from tradewind.portals.marketer.learnt.slider import NOW, Slider


@dataclass(frozen=True, slots=True)
class Moment:
    """The tree of a moment, and that of the moment it is compared with, where the engine has it at hand."""

    told: Predictor | Rebuilding | Untold
    earlier: Predictor | None = None
    is_past: bool = True

    @property
    def learnt(self) -> Predictor | None:
        """The tree, if there is one."""
        return self.told if isinstance(self.told, Predictor) else None

    @property
    def rebuilding(self) -> Rebuilding | None:
        """How far the engine has come with finding out."""
        return self.told if isinstance(self.told, Rebuilding) else None

    @property
    def is_away(self) -> bool:
        """Whether nobody is there to say it."""
        return self.told == "away"

    @property
    def is_gone(self) -> bool:
        """Whether the engine does not have what was (any more)."""
        return self.is_past and self.told == "gone"


def moment_of(
    offer: Offer, where: Slider | None, now: Predictor | None, *, is_away: bool, asked: Mapping[str, str]
) -> Moment:
    """The moment where the slider stands, compared with an earlier one: what is now only where that was asked for."""
    position = where.shown.position if where else asked.get("position", NOW)
    if position == NOW:
        is_compared = where is not None and now is not None and bool(asked.get("since"))
        standing: Predictor | Untold = now or ("away" if is_away else "gone")
        return Moment(standing, _earlier(offer, where) if is_compared else None, is_past=False)
    told = predictor_at(offer, position)
    return Moment(told, _earlier(offer, where) if isinstance(told, Predictor) else None)


def _earlier(offer: Offer, where: Slider | None) -> Predictor | None:
    if where is None or where.earlier.position == where.shown.position:
        return None
    found = predictor_at(offer, where.earlier.position)
    return found if isinstance(found, Predictor) else None
