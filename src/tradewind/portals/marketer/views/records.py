"""The records that pages are about, as far as the person may see them; anything else is 404."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from tradewind.crm.access import scope
from tradewind.crm.decisions.models import Publication, PublishedOffer, Stop
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign, Offer
from tradewind.crm.toolkit.models import Attribute, Placement


def offer_named(user: User, code: str) -> Offer:
    return get_object_or_404(scope(user, Offer).select_related("campaign", "group", "product"), code=code)


def campaign_named(user: User, code: str) -> Campaign:
    return get_object_or_404(scope(user, Campaign).select_related("owner"), code=code)


def publication_numbered(user: User, number: int) -> Publication:
    return get_object_or_404(scope(user, Publication).select_related("published_by"), number=number)


def running_version(user: User, offer: Offer) -> PublishedOffer | None:
    """The offer as it stands in the running publication, or none where it does not."""
    latest = scope(user, Publication).order_by("-number").values("pk")[:1]
    return scope(user, PublishedOffer).filter(offer=offer, publication__in=latest).select_related("publication").first()


def stop_in_force(user: User, offer: Offer) -> Stop | None:
    return scope(user, Stop).filter(offer=offer, ended_at=None).select_related("offer", "started_by").first()


def placement_named(user: User, name: str) -> Placement:
    return get_object_or_404(scope(user, Placement).select_related("arbitration"), name=name)


def attribute_labels(user: User) -> dict[str, str]:
    """What the toolkit calls each attribute, by its path in rules, and each value, by `path=value`."""
    found: dict[str, str] = {}
    for attribute in scope(user, Attribute).select_related("group"):
        names = {f"{attribute.path}={value}": attribute.name_of(value) for value in attribute.values}
        found |= {attribute.path: str(attribute), **names}
    return found
