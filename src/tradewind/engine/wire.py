"""The messages of the engine's Web service, version 1. Imports nothing of ours.

Every message is a frozen msgspec struct that refuses unknown fields; the OpenAPI schema derives
from these structs. Instants are RFC 3339 strings with an offset, durations carry their unit in
the name, positions are opaque decimal strings, an offer's `value` is a weight and not money.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, field
from msgspec.json import Decoder

WIRE = 1

# `$(?!\n)` and not `$`: Python's `$` lets a last newline through, ECMA 262's does not.
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$(?!\n)"
_IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$(?!\n)"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)"

Name = Annotated[str, Meta(pattern=_NAME, description="letters, digits, -, _ and .; at most 64")]
Identifier = Annotated[str, Meta(pattern=_IDENTIFIER, description="a name that CEL can write; at most 64 letters")]
Ident = Annotated[str, Meta(min_length=1, max_length=128)]
Text = Annotated[str, Meta(max_length=4000)]
Expression = Annotated[str, Meta(max_length=8000, description="CEL, the Common Expression Language")]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Percent = Annotated[float, Meta(ge=0.0, le=100.0)]
Days = Annotated[int, Meta(ge=0, le=3650)]
Whole = Annotated[int, Meta(ge=0)]
Weight = Annotated[float, Meta(ge=0.0, le=1e9)]
Position = (
    Annotated[int, Meta(ge=0, le=2**63 - 1)]
    | Annotated[str, Meta(pattern=r"^[0-9]{1,19}$(?!\n)", description="a position as an answer gave it: digits")]
)
Instant = Annotated[datetime, Meta(tz=True)]
Language = Annotated[str, Meta(pattern=_LANGUAGE, description="a language tag such as en or ro or en-GB")]

PublicationNumber = Annotated[int, Meta(ge=1, le=2**53)]

Stage = Literal["valid", "eligible", "applicable", "suitable", "allowed", "ranked", "shown"]
SpecVersion = Literal["1.0"]
HealthStatus = Literal["ok", "starting", "stopping"]
Mode = Literal["learned", "control", "fallback"]
AttributeType = Literal["number", "category", "boolean", "text", "instant", "list"]


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of every message: keyword-only, frozen, strict."""


# ---------------------------------------------------------------- the publication


class Attribute(Message, frozen=True, kw_only=True):
    """One attribute of a condition group; only `predictive` and not `sensitive` ones are learnt from."""

    name: Identifier
    type: AttributeType
    min: float | None = None
    max: float | None = None
    values: list[str] = []
    predictive: bool = False
    sensitive: bool = False


class PopulatedBy(Message, frozen=True, kw_only=True):
    """Where a condition group gets its attributes from; exactly one of the three is given."""

    event: bool = False
    data_source: Name | None = None
    condition_group: Identifier | None = None


class ConditionGroup(Message, frozen=True, kw_only=True):
    name: Identifier
    attributes: list[Attribute] = []
    populated_by: list[PopulatedBy] = []


class SourceRequest(Message, frozen=True, kw_only=True):
    method: Literal["GET", "POST"] = "GET"
    url: str
    headers: dict[str, str | dict[str, str]] = {}
    body: Any = None


class DataSource(Message, frozen=True, kw_only=True):
    name: Name
    kind: Literal["rest", "soap"] = "rest"
    request: SourceRequest
    mapping: dict[str, str] = {}
    timeout_ms: Annotated[int, Meta(ge=1, le=10_000)] = 60
    cache_seconds: Whole = 0
    fallback: dict[str, Any] = {}


class Populate(Message, frozen=True, kw_only=True, tag_field="do", tag="populate"):
    groups: list[Identifier]


class Assign(Message, frozen=True, kw_only=True, tag_field="do", tag="assign"):
    set: dict[str, Expression]


class Decide(Message, frozen=True, kw_only=True, tag_field="do", tag="decide"):
    placement: Name
    presents: bool = True


class Respond(Message, frozen=True, kw_only=True, tag_field="do", tag="respond"):
    pass


class Notify(Message, frozen=True, kw_only=True, tag_field="do", tag="notify"):
    url: str


Action = Populate | Assign | Decide | Respond | Notify


class EventDeclaration(Message, frozen=True, kw_only=True):
    name: Name
    input: dict[str, Any] = {}
    actions: list[Action] = []
    output: dict[str, Any] = {}


class Exploration(Message, frozen=True, kw_only=True):
    """`floor` is the total exploration share: each of K allowed offers gets at least floor/K.

    `introduction` is how many responses a new offer is given before it has to hold its own: until its profile has
    seen so many, each of K allowed offers would get 1/K, and it does. 0 for none.
    `ranked_by` says whose propensities are compared: those of the profiles, or of the scorers beside them.
    """

    policy: Literal["thompson", "squarecb", "greedy"] = "thompson"
    floor: Share = 0.05
    introduction: Annotated[int, Meta(ge=0, le=10_000)] = 50
    ranked_by: Literal["profiles", "scorer"] = "profiles"


class Placement(Message, frozen=True, kw_only=True):
    name: Name
    channel: Name
    limit: Annotated[int, Meta(ge=1, le=50)] = 3
    exploration: Exploration = Exploration()
    arbitration: Name = "default"
    control_percent: Percent = 2.0
    budget_ms: Annotated[int, Meta(ge=1, le=10_000)] = 80


class Outcome(Message, frozen=True, kw_only=True):
    name: Name
    reward: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    final: bool = True
    window_hours: Annotated[float, Meta(gt=0.0, le=8760.0)] = 72.0


class ContextWeight(Message, frozen=True, kw_only=True):
    when: Expression
    group: Name
    weight: Weight


class Arbitration(Message, frozen=True, kw_only=True):
    name: Name
    exponent: Annotated[float, Meta(ge=0.0, le=10.0)] = 1.0
    context_weights: list[ContextWeight] = []
    per_group: Annotated[int, Meta(ge=1)] | None = None


class ContactPolicy(Message, frozen=True, kw_only=True):
    name: Name
    scope: Literal["offer", "group", "all"] = "all"
    counts: Literal["shown", "rejected", "accepted"] = "shown"
    max: Annotated[int, Meta(ge=0)]
    days: Annotated[int, Meta(ge=1, le=3650)]
    channels: list[Name] = []


class Limits(Message, frozen=True, kw_only=True):
    per_day: Whole | None = None
    total: Whole | None = None
    budget: Weight | None = None


class Profile(Message, frozen=True, kw_only=True):
    """A recipient profile: the first whose rule holds is the root the offer's predictor uses."""

    id: Ident
    rule: Expression = "true"
    suitability: dict[Language, Text] = {}


class Treatment(Message, frozen=True, kw_only=True):
    id: Ident
    channel: Name
    language: Language
    texts: dict[Name, Text] = {}


class Offer(Message, frozen=True, kw_only=True):
    id: Ident
    version: Annotated[int, Meta(ge=1)] = 1
    purpose: Literal["product_offer", "message"] = "product_offer"
    product: Ident | None = None
    group: Name
    placements: list[Name]
    display: Literal["always", "default", "priority"] = "priority"
    priority: Annotated[int, Meta(ge=1, le=99)] = 1
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    value: Weight = 1.0
    cost: Weight = 0.0
    weight: Weight = 1.0
    reoffer_after_days: Days | None = None
    limits: Limits = Limits()
    purpose_of_consent: Name | None = None
    eligibility: Expression = "true"
    agent_skills: list[Name] = []
    profiles: list[Profile]
    treatments: list[Treatment]


class Publication(Message, frozen=True, kw_only=True):
    """What marketing published: everything a decision may use, activated as a whole at one position."""

    wire: Literal[1]
    number: PublicationNumber
    time_zone: str = "UTC"
    condition_groups: list[ConditionGroup] = []
    data_sources: list[DataSource] = []
    events: list[EventDeclaration] = []
    placements: list[Placement] = []
    outcomes: list[Outcome] = []
    arbitration: list[Arbitration] = []
    contact_policies: list[ContactPolicy] = []
    offers: list[Offer] = []


class PublishedPublication(Publication, frozen=True, kw_only=True):
    """The document as it was published, and the digest of its canonical form."""

    digest: str


class PublicationReceipt(Message, frozen=True, kw_only=True, omit_defaults=False):
    number: int
    digest: str
    offers: int
    warnings: list[Fault]
    position: str | None = None


# ---------------------------------------------------------------- faults


class Fault(Message, frozen=True, kw_only=True):
    """One thing wrong: `path` is a JSON Pointer into the body, line and column count from 1 in an expression."""

    path: str
    code: str
    message: str
    line: int | None = None
    column: int | None = None


class Problem(Message, frozen=True, kw_only=True):
    """RFC 9457, media type application/problem+json."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[Fault] = []


# ---------------------------------------------------------------- conditions


class ConditionCheck(Message, frozen=True, kw_only=True):
    expression: Expression
    condition_groups: list[ConditionGroup] | None = None


class ConditionReport(Message, frozen=True, kw_only=True, omit_defaults=False):
    ast: dict[str, Any] | None
    type: str | None
    faults: list[Fault]


class ConditionMatches(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Of so many contexts, those that a condition holds for: how many, and which, counted from 0.

    `unknown` are those where a missing attribute leaves it open; they do not match.
    """

    matched: Whole
    unknown: Whole
    of: Whole
    matches: list[Whole]


# ---------------------------------------------------------------- events and decisions


class EventCall(Message, frozen=True, kw_only=True):
    """A call into the engine from a touchpoint. `attributes` are keyed `group.attribute`; `response` answers an earlier
    decision, for events that respond."""

    id: Ident | None = None
    session: Ident
    customer: Ident
    agent: Ident | None = None
    channel: Name
    language: Language | None = None
    attributes: dict[str, Any] = {}
    limit: Annotated[int, Meta(ge=1, le=50)] | None = None
    min_position: Position | None = None
    dry_run: bool = False
    response: Response | None = None


class BatchCall(EventCall, frozen=True, kw_only=True):
    """One line of a batch: a call, and which event it calls."""

    event: Name


class CloudEvent(Message, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A CloudEvents 1.0 structured envelope; `type` names the event, `source` + `id` is its id; extensions pass."""

    specversion: SpecVersion
    id: Ident
    source: Ident
    type: Name
    time: Instant | None = None
    subject: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    data: EventCall


class ShownOffer(Message, frozen=True, kw_only=True, omit_defaults=False):
    """`selection_probability` is P(this offer at this rank | request, state, the offers placed above it)."""

    offer: str
    treatment: str
    rank: int
    score: float
    propensity: float
    interval: tuple[float, float]
    selection_probability: float
    value: float
    profile: str
    suitability: str
    texts: dict[str, str]


class OfferFate(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Where an offer ended in the funnel, and why; `rank` where it was shown.

    `rule` is the first that it failed: a condition, or the name of what else held it back; `seen` are the values
    that this rule looked at. `margin` is the score it lacked against the last offer shown.
    """

    offer: str
    stage: Stage
    reason: str
    rule: str | None = None
    seen: dict[str, Any] | None = None
    margin: float | None = None
    propensity: float | None = None
    score: float | None = None
    selection_probability: float | None = None
    rank: int | None = None


class Decision(Message, frozen=True, kw_only=True, omit_defaults=False):
    id: str
    publication: int
    position: str
    mode: Mode
    arm: str
    missing: list[str]
    withheld: int
    offers: list[ShownOffer]
    defaults: dict[str, Any] = {}
    funnel: dict[str, int] | None = None
    fates: list[OfferFate] | None = None


class Explanation(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A decision as history recorded it, and whether deciding again from history gives the same.

    `reproduced` is null where that cannot be told, `reason` says why; `differences` say what differs. The decision's
    fates are those of the decision made again. `another_version`: made by another version of decide, and it differs.
    """

    decision: Decision
    event: str
    occurred_at: Instant
    channel: str
    placement: str
    reproduced: bool | None
    reason: Literal["erased", "another_version"] | None
    differences: list[str]


class ExplanationProgress(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The state that a decision was made on is being folded again: how far it is, and up to where."""

    position: str
    of: str


class EventAnswer(Message, frozen=True, kw_only=True):
    session: str
    position: str
    decision: Decision | None = None
    groups: dict[str, dict[str, Any]] | None = None
    output: Any = None
    elapsed_ms: float


class BatchProgress(Message, frozen=True, kw_only=True, omit_defaults=False):
    """So many lines are done, so many of them refused."""

    done: Whole
    refused: Whole


class BatchSummary(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The end of a batch: everything that was answered is durable; `position` includes it."""

    done: Whole
    refused: Whole
    position: str
    elapsed_ms: float


class BatchLine(Message, frozen=True, kw_only=True):
    """One line of a batch's answer: an `answer` or a `problem` with its line's index, a `progress`, or the `summary`.

    `index` counts the lines that are not blank from 0. A `problem` without it ends the batch, and there is no summary.
    """

    index: Whole | None = None
    answer: EventAnswer | None = None
    problem: Problem | None = None
    progress: BatchProgress | None = None
    summary: BatchSummary | None = None


# ---------------------------------------------------------------- responses


class Response(Message, frozen=True, kw_only=True):
    """What the customer answered. Without `id`, (decision, offer, outcome) is the id."""

    id: Ident | None = None
    decision: Ident
    offer: Ident
    outcome: Name
    agent: Ident | None = None
    at: Instant | None = None
    value: Weight | None = None
    correction: bool = False


class Refusal(Message, frozen=True, kw_only=True):
    index: int
    code: str
    message: str


class ResponseReceipt(Message, frozen=True, kw_only=True, omit_defaults=False):
    position: str
    durable: Literal["local", "quorum"]
    recorded: int
    duplicates: int
    refused: list[Refusal] = field(default_factory=list)


# ---------------------------------------------------------------- predictors


class Branch(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Who goes down one branch of a split: those whose number is `at_least` and `below`, or whose value is listed.

    `missing` says whether those go too of whom the attribute is not known. With neither bounds nor values it is all of
    whom it is known, or, with `missing`, those alone of whom it is not.
    """

    attribute: str
    at_least: float | None = None
    below: float | None = None
    values: list[str] | None = None
    missing: bool = False


class ProfileNode(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One profile of a predictor's tree. `shown` and `accepted` count what is closed, from the last drift on.

    `path` leads from the recipient profile down, 0 for each first part and 1 for each second, and `when` from the node
    above; `profiles` are the two parts of a profile that is split.
    """

    id: str
    label: str
    shown: int
    accepted: int
    propensity: float
    interval: tuple[float, float]
    path: list[int] = field(default_factory=list)
    when: Branch | None = None
    profiles: list[ProfileNode] = field(default_factory=list)


class Quality(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How good expectations were before each answer was known; `log_loss` and `miscalibration` are better when less."""

    responses: int
    log_loss: float
    auc: float
    miscalibration: float


class ScorerView(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What ranks beside the profiles: how good both were on the same responses, and how often the world had changed."""

    by_profiles: Quality
    by_scorer: Quality
    drifts: int


class PredictorView(Message, frozen=True, kw_only=True, omit_defaults=False):
    offer: str
    position: str
    version: int
    profiles: list[ProfileNode]
    scorer: ScorerView | None = None


# ---------------------------------------------------------------- what if


Verdict = Literal["better", "not worse", "worse", "not enough evidence"]
WhatIfStatus = Literal["running", "done", "failed"]


class WhatIfQuestion(Message, frozen=True, kw_only=True):
    """What would a draft publication have brought? Asked about every decision of a placement, or of all, from `since`
    on (default: since the running publication was activated).

    `margin` is by how much less may be accepted and still count as not worse, as a share of all.
    """

    publication: Publication
    placement: Name | None = None
    since: Position | None = None
    margin: Share = 0.0


class WhatIfEstimate(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A share of what was accepted, and the interval that holds it with probability 95 %."""

    estimate: float
    low: float
    high: float


class WhatIfOffer(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How often an offer was shown, and would be shown, at any rank."""

    offer: str
    shown: int
    would_be_shown: int


class WhatIfResult(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What `tradewind lab what-if --json` prints; see its reference for every field."""

    verdict: Verdict
    margin: float
    decisions: int
    empty: int
    ranked_by_profiles: int
    compared: int
    effective_size: float
    unsupported: float
    logged: float
    acceptance: WhatIfEstimate | None
    gain: WhatIfEstimate | None
    offers: list[WhatIfOffer]
    left_out: dict[str, int]


class WhatIf(Message, frozen=True, kw_only=True):
    """A question and what became of it: history is read to position `at` of `of`.

    `result` is there when it is done, `reason` when it failed.
    """

    id: str
    status: WhatIfStatus
    at: Whole
    of: Whole
    since: str
    until: str
    result: WhatIfResult | None = None
    reason: str | None = None


# ---------------------------------------------------------------- agents


class AgentView(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What an agent adds to the offers that they sell. `observed` and `expected` are sums of rewards, 1 at most each.

    `expected` is of the same customers and offers had an average agent sold them. `effect` is the acceptance that is
    due to the agent, -1 to 1, drawn towards none where there is little evidence; `interval` has it at 95 %.
    """

    agent: str | None
    responses: int
    observed: float
    expected: float
    effect: float
    interval: tuple[float, float]


class AgentsView(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Agents in the order in which history first had them; `next` is the `after` of the rest, if there is more."""

    position: str
    agents: list[AgentView]
    next: str | None = None


# ---------------------------------------------------------------- emergency stop


class OfferStanding(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Whether an offer is stopped; decisions from `position` on obey."""

    offer: str
    stopped: bool
    position: str


# ---------------------------------------------------------------- customers


class ConsentChange(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Consent to a purpose, or an objection to it; without a channel on every channel."""

    purpose: Name
    channel: Name | None = None
    granted: bool


class ConsentChanges(Message, frozen=True, kw_only=True):
    id: Ident | None = None
    consents: Annotated[list[ConsentChange], Meta(min_length=1, max_length=100)]


class Alias(Message, frozen=True, kw_only=True):
    """Another id that the customer went by, such as a visitor's."""

    id: Ident | None = None
    alias: Ident


class CustomerReceipt(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What was asked holds from `position` on."""

    position: str
    durable: Literal["local", "quorum"]


# ---------------------------------------------------------------- the history feed


class LoggedOffer(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One shown offer as history holds it: everything an off-policy estimate needs."""

    offer: str
    version: int
    group: str
    treatment: str
    rank: int
    profile: str
    score: float
    propensity: float
    interval: tuple[float, float]
    selection_probability: float
    value: float


class LoggedDecision(Message, frozen=True, kw_only=True, omit_defaults=False):
    id: str
    position: str
    placement: str
    mode: Mode
    arm: str
    presents: bool
    missing: list[str]
    withheld: int
    offers: list[LoggedOffer]


class PublicationActivated(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="publication_activated"
):
    position: str
    id: str
    at: Instant
    number: int
    digest: str


class EventHandled(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="event_handled"):
    """`customer` and `attributes` are null where the customer was erased; `subject`, a random reference, stays."""

    position: str
    id: str
    at: Instant
    occurred_at: Instant
    event: str
    subject: str
    customer: str | None
    session: str
    session_started_at: Instant
    agent: str | None
    channel: str
    language: str | None
    publication: int
    attributes: dict[str, Any] | None
    decision: LoggedDecision | None


class ResponseRecorded(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="response_recorded"
):
    position: str
    id: str
    at: Instant
    answered_at: Instant
    shown_at: Instant
    session_started_at: Instant
    decision: str
    offer: str
    outcome: str
    subject: str
    customer: str | None
    agent: str | None
    channel: str
    value: float | None
    correction: bool


class WindowsClosed(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="windows_closed"):
    """Every presentation whose window ended by `up_to` without a final outcome counts as ignored from here."""

    position: str
    id: str
    at: Instant
    up_to: Instant


ChangeOfTree = Literal["split", "drifted", "pruned"]


class ChangeEvidence(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What a change rests on: (shown, accepted) of both sides, or before and after, and the test that judged it."""

    first: tuple[int, int]
    second: tuple[int, int]
    statistic: float
    p_value: float
    level: float
    tries: int
    look: int


class PredictorChanged(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="predictor_changed"
):
    """A predictor's tree was split, pruned, or noted a drift at `path`: 0 for each first child, 1 for each second.

    It made no difference where the predictor no longer had the version `based_on`.
    """

    position: str
    id: str
    at: Instant
    change: ChangeOfTree
    offer: str
    profile: str
    path: list[int]
    words: str
    evidence: ChangeEvidence
    based_on: int
    attribute: str | None = None
    branches: tuple[Branch, Branch] | None = None


class ScorerRefitted(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="scorer_refitted"):
    """The trees of an offer's scorer were grown again, after so many responses."""

    position: str
    id: str
    at: Instant
    offer: str
    responses: int


class PredictorChanges(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How an offer's predictor came to what it is, in the order that was asked for; `next` is where the rest begins:
    its `after`, or its `before` where the newest come first.

    `start` is the position just before the earliest of these changes: the tree that they began with.
    """

    offer: str
    changes: list[PredictorChanged | ScorerRefitted]
    start: str | None = None
    next: str | None = None


class OfferStopped(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="offer_stopped"):
    """An emergency stop: no decision behind this position shows the offer until it is resumed."""

    position: str
    id: str
    at: Instant
    offer: str


class OfferResumed(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="offer_resumed"):
    position: str
    id: str
    at: Instant
    offer: str


class ConsentsChanged(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="consents_changed"
):
    """`customer` is null where the customer was erased."""

    position: str
    id: str
    at: Instant
    subject: str
    customer: str | None
    consents: list[ConsentChange]


class CustomersJoined(
    Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="customers_joined"
):
    """`alias` turned out to be `customer`, and `alias_subject` stands for `subject`; ids are null once erased."""

    position: str
    id: str
    at: Instant
    subject: str
    customer: str | None
    alias_subject: str
    alias: str | None


class CustomerErased(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="customer_erased"):
    """Erase what you hold under these references, too."""

    position: str
    id: str
    at: Instant
    subjects: list[str]


HistoryLine = (
    PublicationActivated
    | EventHandled
    | ResponseRecorded
    | WindowsClosed
    | PredictorChanged
    | ScorerRefitted
    | OfferStopped
    | OfferResumed
    | ConsentsChanged
    | CustomersJoined
    | CustomerErased
)
"""One line of `GET /v1/history` (NDJSON); `after` the last line's position resumes the feed."""


# ---------------------------------------------------------------- the export of a customer


class CustomerExport(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="customer"):
    """The first line: who it is, and what they consent to now. `position` is how far history was read."""

    position: str
    customer: str
    aliases: list[str]
    consents: list[ConsentChange]


class ExportedEvent(
    EventHandled, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="event_handled"
):
    """An event with the answer that was given, and the bins that predictors learn from (all that outlives erasure)."""

    bins: dict[str, int]
    answer: dict[str, Any] | None


class ExportEnd(Message, frozen=True, kw_only=True, omit_defaults=False, tag_field="type", tag="end"):
    """The last line: the export is whole, with so many lines between the first and this one."""

    lines: int


ExportLine = CustomerExport | ExportedEvent | ResponseRecorded | ConsentsChanged | CustomersJoined | ExportEnd
"""One line of `GET /v1/customers/{id}` (NDJSON)."""


# ---------------------------------------------------------------- keys and health

Scope = Literal["publish", "decide", "read", "admin"]


class Health(Message, frozen=True, kw_only=True, omit_defaults=False):
    status: HealthStatus
    position: str | None = None
    publication: int | None = None


# ---------------------------------------------------------------- read by any thread


def _kinds(of: type[Message]) -> Iterator[type[Message]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


_LOOKED_AT: Final = {kind: Decoder(kind) for kind in _kinds(Message)}
"""Makes msgspec look at every message now. It does so at the first use else, and two threads that come to a first use
together read half of what it found: that ends in nonsense, or ends the process."""
