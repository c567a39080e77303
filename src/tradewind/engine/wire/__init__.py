"""The messages of the engine's Web service, version 1. Imports nothing of ours.

Every message is a frozen msgspec struct that refuses unknown fields; the OpenAPI schema derives
from these structs. Instants are RFC 3339 strings with an offset, durations carry their unit in
the name, positions are opaque decimal strings, an offer's `value` is a weight and not money.
A module has what belongs to one sort of document; readers take all of it from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.json import Decoder

from tradewind.engine.wire.agents import AgentsView, AgentView
from tradewind.engine.wire.base import (
    WIRE,
    AttributeType,
    Days,
    Expression,
    HealthStatus,
    Ident,
    Identifier,
    Instant,
    Language,
    Message,
    Mode,
    Name,
    Percent,
    Position,
    PublicationNumber,
    Share,
    SpecVersion,
    Stage,
    Text,
    Weight,
    Whole,
)
from tradewind.engine.wire.conditions import ConditionCheck, ConditionMatches, ConditionReport
from tradewind.engine.wire.customers import Alias, ConsentChange, ConsentChanges, CustomerReceipt
from tradewind.engine.wire.decisions import Decision, Explanation, ExplanationProgress, OfferFate, ShownOffer
from tradewind.engine.wire.events import (
    BatchCall,
    BatchLine,
    BatchProgress,
    BatchSummary,
    CloudEvent,
    EventAnswer,
    EventCall,
)
from tradewind.engine.wire.exports import CustomerExport, ExportedEvent, ExportEnd, ExportLine
from tradewind.engine.wire.feed import (
    ChangeEvidence,
    ChangeOfTree,
    ConsentsChanged,
    CustomerErased,
    CustomersJoined,
    EventHandled,
    HistoryLine,
    LoggedDecision,
    LoggedOffer,
    OfferResumed,
    OfferStopped,
    PredictorChanged,
    PredictorChanges,
    PublicationActivated,
    ResponseRecorded,
    ScorerRefitted,
    WindowsClosed,
)
from tradewind.engine.wire.predictors import Branch, PredictorView, ProfileNode, Quality, ScorerView
from tradewind.engine.wire.problems import Fault, Problem
from tradewind.engine.wire.publication import (
    Action,
    Arbitration,
    Assign,
    Attribute,
    ConditionGroup,
    ContactPolicy,
    ContextWeight,
    DataSource,
    Decide,
    EventDeclaration,
    Exploration,
    Limits,
    Notify,
    Offer,
    Outcome,
    Placement,
    Populate,
    PopulatedBy,
    Profile,
    Publication,
    PublicationReceipt,
    PublishedPublication,
    Respond,
    SourceRequest,
    Treatment,
)
from tradewind.engine.wire.responses import Refusal, Response, ResponseReceipt
from tradewind.engine.wire.standing import Health, OfferStanding, Scope, Stops
from tradewind.engine.wire.what_if import (
    Verdict,
    WhatIf,
    WhatIfEstimate,
    WhatIfOffer,
    WhatIfQuestion,
    WhatIfResult,
    WhatIfStatus,
)

__all__ = [
    "WIRE",
    "Action",
    "AgentView",
    "AgentsView",
    "Alias",
    "Arbitration",
    "Assign",
    "Attribute",
    "AttributeType",
    "BatchCall",
    "BatchLine",
    "BatchProgress",
    "BatchSummary",
    "Branch",
    "ChangeEvidence",
    "ChangeOfTree",
    "CloudEvent",
    "ConditionCheck",
    "ConditionGroup",
    "ConditionMatches",
    "ConditionReport",
    "ConsentChange",
    "ConsentChanges",
    "ConsentsChanged",
    "ContactPolicy",
    "ContextWeight",
    "CustomerErased",
    "CustomerExport",
    "CustomerReceipt",
    "CustomersJoined",
    "DataSource",
    "Days",
    "Decide",
    "Decision",
    "EventAnswer",
    "EventCall",
    "EventDeclaration",
    "EventHandled",
    "Explanation",
    "ExplanationProgress",
    "Exploration",
    "ExportEnd",
    "ExportLine",
    "ExportedEvent",
    "Expression",
    "Fault",
    "Health",
    "HealthStatus",
    "HistoryLine",
    "Ident",
    "Identifier",
    "Instant",
    "Language",
    "Limits",
    "LoggedDecision",
    "LoggedOffer",
    "Message",
    "Mode",
    "Name",
    "Notify",
    "Offer",
    "OfferFate",
    "OfferResumed",
    "OfferStanding",
    "OfferStopped",
    "Outcome",
    "Percent",
    "Placement",
    "Populate",
    "PopulatedBy",
    "Position",
    "PredictorChanged",
    "PredictorChanges",
    "PredictorView",
    "Problem",
    "Profile",
    "ProfileNode",
    "Publication",
    "PublicationActivated",
    "PublicationNumber",
    "PublicationReceipt",
    "PublishedPublication",
    "Quality",
    "Refusal",
    "Respond",
    "Response",
    "ResponseReceipt",
    "ResponseRecorded",
    "Scope",
    "ScorerRefitted",
    "ScorerView",
    "Share",
    "ShownOffer",
    "SourceRequest",
    "SpecVersion",
    "Stage",
    "Stops",
    "Text",
    "Treatment",
    "Verdict",
    "Weight",
    "WhatIf",
    "WhatIfEstimate",
    "WhatIfOffer",
    "WhatIfQuestion",
    "WhatIfResult",
    "WhatIfStatus",
    "Whole",
    "WindowsClosed",
]


def _kinds(of: type[Message]) -> Iterator[type[Message]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


_LOOKED_AT: Final = {kind: Decoder(kind) for kind in _kinds(Message)}
"""Makes msgspec look at every message now. It does so at the first use else, and two threads that come to a first use
together read half of what it found: that ends in nonsense, or ends the process."""
