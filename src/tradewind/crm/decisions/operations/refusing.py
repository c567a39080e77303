"""Why a draft is not published or not estimated, in words for whoever asked."""

from __future__ import annotations

from django.utils.translation import gettext

from tradewind.crm.decisions.faults import Fault
from tradewind.crm.decisions.gate import Held


class PublishRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The publication did not happen; `faults` say where it must be mended, if that is the reason."""

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class PublishHeld(PublishRefused):
    """The gate holds the draft back; `why` says for what."""

    def __init__(self, why: Held) -> None:
        super().__init__(held_in_words(why))
        self.why = why


class EstimateRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The draft is not estimated, and nothing is lost; `may_ask_later` where the engine only has no time now."""

    def __init__(self, message: str, *, may_ask_later: bool = False) -> None:
        super().__init__(message)
        self.may_ask_later = may_ask_later


def held_in_words(why: Held) -> str:
    match why:
        case Held.MISSING:
            return gettext("The gate holds it back: this draft has not been estimated as it stands now.")
        case Held.UNDER_WAY:
            return gettext("The gate holds it back until its estimate is there.")
        case Held.WORSE:
            return gettext("The gate holds it back: by the estimate it would do worse than what runs.")
        case Held.NO_EVIDENCE:
            return gettext(
                "The gate holds it back: there is not enough evidence. Say that it shall be published without."
            )
