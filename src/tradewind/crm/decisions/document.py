"""Builds the publication document from the rows: the same rows give the same document, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.conf import settings
from django.db.models import QuerySet

from tradewind.crm.marketing.models import Offer, RecipientProfile
from tradewind.crm.toolkit.models import (
    Arbitration,
    Attribute,
    ConditionGroup,
    EventDeclaration,
    Outcome,
    Placement,
    RankedBy,
)
from tradewind.engine import wire

Document = dict[str, Any]
NOT_CONTENT: Final = frozenset({"number", "digest"})


@dataclass(frozen=True, slots=True)
class Version:
    """What an offer's content was when it was last published."""

    number: int
    digest: str


def build(*, number: int, versions: Mapping[str, Version]) -> Document:
    """The document that publishes every released offer over the whole toolkit.

    Args:
        number: the number of the publication.
        versions: the last published version of each offer by code; an offer whose content differs gets the next one.
    """
    publication = wire.Publication(
        wire=1,
        number=number,
        time_zone=settings.TIME_ZONE,
        condition_groups=condition_groups(),
        events=[
            _event(event) for event in EventDeclaration.objects.select_related("placement").prefetch_related("groups")
        ],
        placements=[_placement(placement) for placement in Placement.objects.select_related("arbitration")],
        outcomes=[_outcome(outcome) for outcome in Outcome.objects.order_by("name")],
        arbitration=[_arbitration(arbitration) for arbitration in Arbitration.objects.all()],
        offers=[_versioned(_offer(offer), versions) for offer in _released()],
    )
    document: Document = msgspec.to_builtins(publication)
    return document


def condition_groups() -> list[wire.ConditionGroup]:
    """What rules may speak of now."""
    return [_group(group) for group in ConditionGroup.objects.prefetch_related("attributes").order_by("name")]


def content(document: Document) -> Document:
    """The document without what changes from publication to publication by itself."""
    return {name: value for name, value in document.items() if name not in NOT_CONTENT}


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces, so that equal content has equal bytes."""
    return msgspec.json.encode(value, order="sorted")


def digest(document: Document) -> str:
    """The digest of what a document says, whatever its number."""
    return hashlib.sha256(canonical(content(document))).hexdigest()


def content_digest(offer: Document) -> str:
    """The digest of an offer in a document, whatever its version."""
    return hashlib.sha256(canonical({name: value for name, value in offer.items() if name != "version"})).hexdigest()


def _released() -> QuerySet[Offer]:
    return (
        Offer.objects.released()
        .select_related("group", "product")
        .prefetch_related("profiles", "treatments", "placements", "agent_skills")
        .order_by("code")
    )


def _versioned(offer: wire.Offer, versions: Mapping[str, Version]) -> wire.Offer:
    last = versions.get(offer.id)
    if last is None:
        return offer
    same = content_digest(msgspec.to_builtins(offer)) == last.digest
    return msgspec.structs.replace(offer, version=last.number if same else last.number + 1)


def _group(group: ConditionGroup) -> wire.ConditionGroup:
    attributes = sorted(group.attributes.all(), key=lambda attribute: attribute.name)
    return wire.ConditionGroup(
        name=group.name,
        attributes=[_attribute(attribute) for attribute in attributes],
        populated_by=[wire.PopulatedBy(event=True)],
    )


def _word(value: str) -> Any:
    """A word of one of the wire's closed lists; the row's own choices and constraints hold it, the engine checks it."""
    return value


def _attribute(attribute: Attribute) -> wire.Attribute:
    return wire.Attribute(
        name=attribute.name,
        type=_word(attribute.type),
        min=attribute.min,
        max=attribute.max,
        values=list(attribute.values),
        predictive=attribute.predictive,
        sensitive=attribute.sensitive,
    )


def _event(event: EventDeclaration) -> wire.EventDeclaration:
    actions: list[wire.Action] = []
    groups = sorted(group.name for group in event.groups.all())
    if groups:
        actions.append(wire.Populate(groups=groups))
    if event.placement is not None:
        actions.append(wire.Decide(placement=event.placement.name, presents=event.presents))
    return wire.EventDeclaration(name=event.name, input=event.input, actions=actions)


def _placement(placement: Placement) -> wire.Placement:
    return wire.Placement(
        name=placement.name,
        channel=placement.channel,
        limit=placement.limit,
        exploration=_exploration(placement),
        arbitration=placement.arbitration.name,
        control_percent=placement.control_percent,
    )


def _exploration(placement: Placement) -> wire.Exploration:
    """What a placement that its profiles rank says of exploration is what it said before scorers came."""
    said = wire.Exploration(
        policy=_word(placement.exploration), floor=placement.floor, introduction=placement.introduction
    )
    if placement.ranked_by == RankedBy.SCORER:
        return msgspec.structs.replace(said, ranked_by="scorer")
    return said


def _outcome(outcome: Outcome) -> wire.Outcome:
    return wire.Outcome(
        name=outcome.name, reward=outcome.reward, final=outcome.final, window_hours=outcome.window_hours
    )


def _arbitration(arbitration: Arbitration) -> wire.Arbitration:
    return wire.Arbitration(name=arbitration.name, exponent=arbitration.exponent, per_group=arbitration.per_group)


def _offer(offer: Offer) -> wire.Offer:
    return wire.Offer(
        id=offer.code,
        purpose=_word(offer.purpose),
        product=offer.product.code if offer.product is not None else None,
        group=offer.group.code,
        placements=sorted(placement.name for placement in offer.placements.all()),
        display=_word(offer.display),
        priority=offer.priority,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        value=float(offer.value),
        cost=float(offer.cost),
        weight=float(offer.weight),
        reoffer_after_days=offer.reoffer_after_days,
        eligibility=offer.eligibility or "true",
        agent_skills=sorted(skill.code for skill in offer.agent_skills.all()),
        profiles=[_profile(profile) for profile in offer.profiles.all()],
        treatments=_treatments(offer),
    )


def _profile(profile: RecipientProfile) -> wire.Profile:
    said = {"en": profile.suitability_en, "ro": profile.suitability_ro}
    return wire.Profile(
        id=profile.code,
        rule=profile.rule or "true",
        suitability={language: text for language, text in said.items() if text},
    )


def _treatments(offer: Offer) -> list[wire.Treatment]:
    return [
        wire.Treatment(id=treatment.code, channel=treatment.channel, language=treatment.language, texts=treatment.texts)
        for treatment in sorted(offer.treatments.all(), key=lambda treatment: treatment.code)
    ]


def offers_of(document: Document) -> Iterable[Document]:
    """The offers in a document, as they stand in it."""
    offers: list[Document] = document.get("offers", [])
    return offers
