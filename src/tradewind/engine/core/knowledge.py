"""Everything the engine knows at a position of history."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.aliases import Aliases
from tradewind.engine.core.consents import Consents
from tradewind.engine.core.contact_log import ContactLog
from tradewind.engine.core.contact_policy import Contacts
from tradewind.engine.core.holding import NOWHERE, Places
from tradewind.engine.core.offers import CompiledPublication
from tradewind.engine.core.predictors.agents import Agents
from tradewind.engine.core.predictors.chronicle import Chronicle
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.scorers import Scorers
from tradewind.engine.core.presentations import OpenDecisions
from tradewind.engine.core.published import Mask
from tradewind.engine.core.sessions import Sessions
from tradewind.engine.core.volumes import Volumes


@dataclass(frozen=True, slots=True)
class Activated:
    """Where in history a publication came into force."""

    digest: str
    position: int


@dataclass(slots=True)
class State:
    """Everything the engine knows at a position; `at` is history time.

    `document` is the canonical text of the publication in force. Every field is named in `keeping`.
    `leaf_rows` follow the profiles in force; `scorer_rows`, `places` and `stopped_rows` the offers in force. `stopped`
    has the position at which each offer that is stopped was stopped, published or not; `erased` the position at which
    each reference was erased, so that its key is wiped again should it come back with a backup.
    """

    position: int = 0
    at: int = 0
    document: str | None = None
    publication: CompiledPublication | None = None
    publications: dict[int, Activated] = field(default_factory=dict)
    leaves: Leaves = field(default_factory=Leaves)
    samples: Samples = field(default_factory=Samples)
    scorers: Scorers = field(default_factory=Scorers)
    chronicle: Chronicle = field(default_factory=Chronicle)
    agents: Agents = field(default_factory=Agents)
    leaf_rows: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    scorer_rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    contacts: Contacts = field(default_factory=Contacts)
    contact_log: ContactLog = field(default_factory=ContactLog)
    aliases: Aliases = field(default_factory=Aliases)
    erased: dict[str, int] = field(default_factory=dict)
    consents: Consents = field(default_factory=Consents)
    volumes: Volumes = field(default_factory=Volumes)
    places: Places = NOWHERE
    stopped: dict[str, int] = field(default_factory=dict)
    stopped_rows: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    sessions: Sessions = field(default_factory=Sessions)
    open: OpenDecisions = field(default_factory=OpenDecisions)

    @classmethod
    def empty(cls) -> State:
        """What is known before the first fact."""
        return cls()
