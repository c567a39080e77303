"""Answers to events: the decision as the wire words it, stored without its position, spliced in later.

The position is known only once the fact is appended, and the fact holds the answer: so the stored
answer has an empty position, and the row's own position is put there each time it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import msgspec

from tradewind.engine import wire
from tradewind.engine.core.decide import Decided
from tradewind.engine.core.events import OfferShown
from tradewind.engine.core.explain import Fate, fates

DRY_RUN: Final = "dry-run"
"""The id of a decision that nobody can answer."""

_encode = msgspec.json.Encoder().encode


def unplaced(
    *,
    session: str,
    decision: wire.Decision | None,
    elapsed_ms: float,
    groups: Mapping[str, Mapping[str, Any]] | None = None,
    output: Any = None,
) -> bytes:
    """An EventAnswer whose position is empty."""
    said = b"" if decision is None else b',"decision":' + _encode(decision)
    if groups is not None:
        said += b',"groups":' + _encode(groups)
    if output is not None:
        said += b',"output":' + _encode(output)
    return b'%b"%b,"elapsed_ms":%.3f}' % (_head(session), said, elapsed_ms)


def spliced(answer: bytes, session: str, position: int) -> bytes:
    """The answer with its position in place."""
    place = len(_head(session))
    return answer[:place] + b"%d" % position + answer[place:]


def decision(token: str, decided: Decided, *, defaults: Mapping[str, Any]) -> wire.Decision:
    """What was decided, in the wire's words; `defaults` are fallback values that it was made with."""
    return wire.Decision(
        id=token,
        publication=decided.publication,
        position=str(decided.decided_on),
        mode=cast(wire.Mode, decided.mode),
        arm=decided.arm,
        missing=list(decided.missing),
        withheld=decided.withheld,
        offers=[
            shown_offer(each.shown, profile=each.profile_label, suitability=each.suitability, texts=each.texts)
            for each in decided.shown
        ],
        defaults=dict(defaults),
    )


def explained(decided: Decided, *, defaults: Mapping[str, Any]) -> wire.Decision:
    """The same with the whole funnel and every offer's fate, under an id that is no token."""
    return msgspec.structs.replace(
        decision(DRY_RUN, decided, defaults=defaults), funnel=dict(decided.funnel), fates=all_fates(decided)
    )


def all_fates(decided: Decided) -> list[wire.OfferFate]:
    """Where each offer of the publication ended, and why."""
    return [_fate(fate) for fate in fates(decided)]


def _head(session: str) -> bytes:
    return b'{"session":' + _encode(session) + b',"position":"'


def shown_offer(shown: OfferShown, *, profile: str, suitability: str, texts: Mapping[str, str]) -> wire.ShownOffer:
    """The fact in the wire's words, with what the person in front of the screen reads."""
    return wire.ShownOffer(
        offer=shown.offer,
        treatment=shown.treatment,
        rank=shown.rank,
        score=shown.score,
        propensity=shown.propensity,
        interval=(shown.lower, shown.upper),
        selection_probability=shown.selection_probability,
        value=shown.value,
        profile=profile,
        suitability=suitability,
        texts=dict(texts),
    )


def _fate(fate: Fate) -> wire.OfferFate:
    return wire.OfferFate(
        offer=fate.offer,
        stage=cast(wire.Stage, fate.stage),
        reason=fate.reason,
        rule=fate.rule,
        seen=None if fate.seen is None else dict(fate.seen),
        margin=fate.margin,
        propensity=fate.propensity,
        score=fate.score,
        selection_probability=fate.selection_probability,
        rank=fate.rank,
    )
