"""What marketing published: the document that a decision is made with."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from tradewind.engine.wire.base import (
    AttributeType,
    Days,
    Expression,
    Ident,
    Identifier,
    Instant,
    Language,
    Message,
    Name,
    Percent,
    PublicationNumber,
    Share,
    Text,
    Weight,
    Whole,
)
from tradewind.engine.wire.problems import Fault


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
