"""Facts: what happened, in the past tense, frozen; the only input of the fold.

Instants are integers, microseconds since the epoch, UTC. `at` is history time (when recorded, never runs
backwards); `occurred_at`, `shown_at`, `answered_at` say when it happened outside. A fact names its customer
only by `subject`, a random reference; customer id, raw attributes and the answer lie in `sealed`.
Facts are for ever: fields may be added with a default, never renamed, removed or given another meaning.
They are Structs and not dataclasses since whoever starts reads millions of them.
"""

from __future__ import annotations

from typing import Any

import msgspec


class PublicationActivated(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Marketing's offers and rules came into force as a whole; `document` is canonical JSON."""

    id: str
    number: int
    digest: str
    document: str
    at: int


class OfferShown(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One offer of a decision; `profile` is the recipient profile's id, `lower` and `upper` bound the propensity.

    `cost` is what an acceptance takes from the offer's budget.
    """

    offer: str
    version: int
    group: str
    treatment: str
    rank: int
    profile: str
    score: float
    propensity: float
    lower: float
    upper: float
    selection_probability: float
    value: float
    cost: float = 0.0


class OffersDecided(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A decision: `decision` is its token, `decided_on` the position of the state it was made on.

    `presents` false means that the offers were proposed to an agent and count as shown only once an
    outcome says so. `funnel` counts the offers that passed each stage. `limit` is how many the call asked for
    at most, None where it left that to the placement. `defaults` are the publication's fallback values that stood
    in for what no source gave, by attribute. `decide_version` is 0 where the decision is older than that number.
    """

    decision: str
    decided_on: int
    placement: str
    mode: str
    arm: str
    presents: bool
    missing: tuple[str, ...]
    withheld: int
    shown: tuple[OfferShown, ...]
    funnel: dict[str, int] = {}
    limit: int | None = None
    defaults: dict[str, Any] = {}
    decide_version: int = 0


class EventHandled(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A touchpoint called; `bins` are the predictive, not sensitive attributes in at most 16 bins each."""

    id: str
    request_digest: str
    event: str
    subject: str
    session: str
    session_started_at: int
    channel: str
    language: str | None
    agent: str | None
    publication: int
    at: int
    occurred_at: int
    bins: dict[str, int]
    decision: OffersDecided | None
    sealed: bytes


class ResponseRecorded(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The customer answered an offer; a correction replaces every earlier outcome of (decision, offer)."""

    id: str
    request_digest: str
    decision: str
    offer: str
    outcome: str
    subject: str
    agent: str | None
    channel: str
    at: int
    answered_at: int
    shown_at: int
    session_started_at: int
    value: float | None = None
    correction: bool = False


class WindowsClosed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The housekeeper moved the clock: every window that ended at or before `up_to` is closed."""

    id: str
    up_to: int
    at: int


class SplitEvidence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a tree was changed: what both sides counted, the test's statistic and the chance it may be wrong with.

    `first` and `second` are (shown, accepted) of the two sides, or of before and after; `level` is what one of
    `tries` comparisons had to stay below in look number `look`.
    """

    first: tuple[int, int]
    second: tuple[int, int]
    statistic: float
    p_value: float
    level: float
    tries: int
    look: int


class Branch(msgspec.Struct, frozen=True, gc=False):
    """Who goes down one branch of a split: those whose number is `at_least` and `below`, or whose value is listed.

    `missing` says whether those go too of whom the attribute is not known. With neither bounds nor values it is all of
    whom it is known, or, with `missing`, those alone of whom it is not. `always_known` says that there has been nobody
    of whom it was not, as far as the predictor remembers.
    """

    attribute: str
    at_least: float | None = None
    below: float | None = None
    values: tuple[str, ...] | None = None
    missing: bool = False
    always_known: bool = False


class ProfileSplit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A profile of a predictor (offer, profile) was split in two by the bins of an attribute.

    `path` leads from the root to the leaf, 0 for each first child and 1 for each second; `first` and `second` are the
    bins of the two children, a bit for each (bit 16: not known); `branches` and `words` say what they meant then. It
    counts only where the predictor still has the version `based_on`.
    """

    id: str
    offer: str
    profile: str
    path: tuple[int, ...]
    attribute: str
    first: int
    second: int
    words: str
    evidence: SplitEvidence
    based_on: int
    at: int
    branches: tuple[Branch, Branch] | None = None


class ProfileDrifted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The acceptance in a profile changed: `evidence` has before as its first and after as its second side.

    `since` is the first entry of the root's sample that came after the change.
    """

    id: str
    offer: str
    profile: str
    path: tuple[int, ...]
    words: str
    evidence: SplitEvidence
    based_on: int
    at: int
    since: int = 0


class ProfilePruned(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Subprofiles that no longer differ were merged back into the profile at `path`.

    `since` is the first entry of the root's sample that came after a drift in one of them, 0 where there was none.
    """

    id: str
    offer: str
    profile: str
    path: tuple[int, ...]
    words: str
    evidence: SplitEvidence
    based_on: int
    at: int
    since: int = 0


class ScorerRefitted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The trees of an offer's scorer, grown beside the engine from what was retained of its `responses` until then.

    They count only where it has drifted as often as `based_on` says. `entries` has of each of the offer's roots, in the
    order in which the scorer has them, the first entry of its sample that they were grown from and the one behind the
    last.

    `nodes` (trees, nodes) are little-endian 32-bit words as `kernels.forest.leaf_of` reads them, `counts` and `says`
    little-endian floats of 32 bits.
    """

    id: str
    offer: str
    responses: int
    based_on: int = 0
    nodes: bytes
    counts: bytes
    says: bytes
    entries: tuple[tuple[int, int], ...] = ()
    at: int


class OfferStopped(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Somebody stopped an offer in an emergency: no decision shows it until it is resumed."""

    id: str
    offer: str
    at: int


class OfferResumed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A stopped offer may be shown again."""

    id: str
    offer: str
    at: int


class ConsentChange(msgspec.Struct, frozen=True, gc=False):
    """Consent to a purpose or an objection to it; `channel` None means on every channel."""

    purpose: str
    channel: str | None
    granted: bool


class ConsentsChanged(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A customer said for which purposes they may be spoken to; each change replaces the one before it."""

    id: str
    request_digest: str
    subject: str
    changes: tuple[ConsentChange, ...]
    at: int


class CustomersJoined(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The customer known by the reference `alias` turned out to be `subject`, which acts for both from here on."""

    id: str
    subject: str
    alias: str
    at: int


class CustomerErased(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A customer is forgotten, with every reference that was joined to theirs; the keys are wiped behind this fact."""

    id: str
    subject: str
    at: int
    aliases: tuple[str, ...] = ()


Fact = (
    PublicationActivated
    | EventHandled
    | ResponseRecorded
    | WindowsClosed
    | ProfileSplit
    | ProfileDrifted
    | ProfilePruned
    | ScorerRefitted
    | OfferStopped
    | OfferResumed
    | ConsentsChanged
    | CustomersJoined
    | CustomerErased
)

KINDS: dict[str, type[Fact]] = {
    "PublicationActivated": PublicationActivated,
    "EventHandled": EventHandled,
    "ResponseRecorded": ResponseRecorded,
    "WindowsClosed": WindowsClosed,
    "ProfileSplit": ProfileSplit,
    "ProfileDrifted": ProfileDrifted,
    "ProfilePruned": ProfilePruned,
    "ScorerRefitted": ScorerRefitted,
    "OfferStopped": OfferStopped,
    "OfferResumed": OfferResumed,
    "ConsentsChanged": ConsentsChanged,
    "CustomersJoined": CustomersJoined,
    "CustomerErased": CustomerErased,
}
_ENCODER = msgspec.json.Encoder()
_DECODERS = {kind: msgspec.json.Decoder(fact) for kind, fact in KINDS.items()}


class UnknownFact(ValueError):  # noqa: N818 - a refusal, named for what happened
    """History holds a fact that this version of the engine does not know: stop, never skip."""


def encode(fact: Fact) -> tuple[str, bytes]:
    """The fact's kind and its JSON, as history keeps them."""
    return type(fact).__name__, _ENCODER.encode(fact)


def decode(kind: str, body: bytes) -> Fact:
    """The inverse of `encode`.

    Raises:
        UnknownFact: `kind` is not known or the body does not fit it.
    """
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise UnknownFact(f"unknown kind of fact: {kind}")
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnknownFact(f"{kind} does not fit: {error}") from error
