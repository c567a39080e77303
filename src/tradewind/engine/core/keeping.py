"""The whole State as named parts that a snapshot keeps, and back.

A part is a class with `packed()` and `unpacked()`. What follows from others is made again and not kept: `FOLLOWS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol, Self

from tradewind.engine.core.activating import take_up
from tradewind.engine.core.aliases import Aliases
from tradewind.engine.core.consents import Consents
from tradewind.engine.core.contact_log import ContactLog
from tradewind.engine.core.contact_policy import Contacts
from tradewind.engine.core.knowledge import Activated, State
from tradewind.engine.core.packing import Packed, Unpackable
from tradewind.engine.core.predictors.agents import Agents
from tradewind.engine.core.predictors.chronicle import Chronicle
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.scorers import Scorers
from tradewind.engine.core.presentations import OpenDecisions
from tradewind.engine.core.sessions import Sessions
from tradewind.engine.core.volumes import Volumes

FOLD: Final = 12
"""Version of what `apply` makes of the facts and of how parts are packed: raised with every change to either, so that
no state goes on from one that an older engine would have folded otherwise."""


class Part(Protocol):
    """A part of State that packs itself."""

    def packed(self) -> Packed:
        """For a snapshot."""

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""


PARTS: Final[Mapping[str, type[Part]]] = {
    "leaves": Leaves,
    "scorers": Scorers,
    "agents": Agents,
    "samples": Samples,
    "chronicle": Chronicle,
    "contacts": Contacts,
    "contact_log": ContactLog,
    "aliases": Aliases,
    "consents": Consents,
    "volumes": Volumes,
    "sessions": Sessions,
    "open": OpenDecisions,
}
"""Fields of State that pack themselves."""

PLAIN: Final = ("position", "at", "document", "stopped", "erased")
"""Fields that are packed as they are."""

FOLLOWS: Final = ("publication", "leaf_rows", "scorer_rows", "places", "stopped_rows")
"""Fields that follow from the others."""


def packed(state: State) -> Iterator[tuple[str, Packed]]:
    """Every part by its name, one after the other, so that only one of them is in memory twice."""
    for name in PLAIN:
        yield name, getattr(state, name)
    yield "publications", [[number, each.digest, each.position] for number, each in state.publications.items()]
    for name in PARTS:
        yield name, getattr(state, name).packed()


def unpacked(parts: Mapping[str, Packed]) -> State:
    """The state that was packed.

    Raises:
        Unpackable: parts are missing, are not known, or do not fit this version.
        BrokenPublication: the publication in force does not compile any more.
    """
    expected = {*PLAIN, "publications", *PARTS}
    if set(parts) != expected:
        raise Unpackable(f"other parts than this version's: {', '.join(sorted(expected ^ set(parts)))}")
    try:
        made: dict[str, Any] = {name: kind.unpacked(parts[name]) for name, kind in PARTS.items()}
        state = State(**{name: parts[name] for name in PLAIN}, **made)
        state.publications = {number: Activated(digest, position) for number, digest, position in parts["publications"]}
        take_up(state)
    except (TypeError, LookupError, UnicodeDecodeError, ValueError) as error:
        raise Unpackable(f"the parts do not fit: {error!r}") from error
    return state
