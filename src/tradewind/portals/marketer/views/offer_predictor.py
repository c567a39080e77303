"""What the engine has learnt about one offer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tradewind.crm.access import may, requires
from tradewind.crm.decisions import queries
from tradewind.crm.decisions.queries import Predictor, ProfileView
from tradewind.crm.marketing.models import Offer, RecipientProfile
from tradewind.portals.marketer.acceptance import RAIL_BEYOND, Acceptance, acceptance
from tradewind.portals.marketer.rights import READERS
from tradewind.portals.marketer.views.records import offer_named, running_version
from tradewind.portals.ui.person import person


@dataclass(frozen=True, slots=True)
class Root:
    """A recipient profile with what was learnt of it; `profile` is none where marketing removed it since."""

    view: ProfileView
    profile: RecipientProfile | None


@dataclass(frozen=True, slots=True)
class Node:
    """A profile as the kit's tree wants it."""

    label: str
    number: int
    value: float
    low: float
    high: float
    children: list[Node]
    open: bool = True


@requires(*READERS)
@require_safe
def offer_predictor(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    offer = offer_named(user, code)
    published = running_version(user, offer)
    learnt = queries.predictor(offer) if published else None
    context = {
        "offer": offer,
        "standing": offer.statuses.get(ended_at__isnull=True),
        "published": published,
        "learnt": learnt,
        "roots": _roots(offer, learnt),
        "rail": _rail(learnt),
        "tree": [_node(view) for view in learnt.profiles]
        if learnt and any(v.profiles for v in learnt.profiles)
        else [],
        "seen": acceptance([offer], user=user, now=timezone.now()).get(offer.pk, Acceptance()),
        "may_write": may(user, "offer.change"),
    }
    return render(request, "marketer/predictor.html", context)


def _roots(offer: Offer, learnt: Predictor | None) -> list[Root]:
    profiles = {profile.code: profile for profile in offer.profiles.all()}
    return [Root(view, profiles.get(view.code)) for view in (learnt.profiles if learnt else ())]


def _tree(learnt: Predictor | None) -> list[Node]:
    """The profiles with what they were split into; nothing where none was split."""
    views = learnt.profiles if learnt else ()
    return [_node(view) for view in views] if any(view.profiles for view in views) else []


def _rail(learnt: Predictor | None) -> float:
    """The end of the rail that all bars share, a little beyond the highest interval."""
    highest = max((view.upper for view in _all(learnt.profiles if learnt else ())), default=1.0)
    return min(highest * RAIL_BEYOND, 1.0)


def _all(views: Iterable[ProfileView]) -> Iterable[ProfileView]:
    for view in views:
        yield view
        yield from _all(view.profiles)


def _node(view: ProfileView) -> Node:
    children = [_node(child) for child in view.profiles]
    return Node(view.name, view.shown, view.propensity, view.lower, view.upper, children)
