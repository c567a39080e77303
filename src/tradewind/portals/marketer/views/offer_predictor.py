"""What the engine has learnt about one offer, now or at a moment of the past, and how it came to that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tradewind.crm.access import may, requires
from tradewind.crm.decisions import predictors
from tradewind.crm.decisions.predictors import Changes, Predictor
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer
from tradewind.portals.marketer.acceptance import Acceptance, acceptance
from tradewind.portals.marketer.learnt import icicle, tree
from tradewind.portals.marketer.learnt.moment import Moment, moment_of
from tradewind.portals.marketer.learnt.slider import Slider, slider, stops
from tradewind.portals.marketer.learnt.story import Telling
from tradewind.portals.marketer.learnt.tree import Drawing, Written
from tradewind.portals.marketer.rights import READERS
from tradewind.portals.marketer.views.records import attribute_labels, offer_named, running_version, stop_in_force
from tradewind.portals.ui.person import person

CHANGES: Final = 20
"""Changes that are told on one page, and moments that its slider stops at."""

PART: Final = "then"
"""What the slider replaces."""


@requires(*READERS)
@require_safe
def offer_predictor(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    offer = offer_named(user, code)
    prefetch_related_objects([offer], "profiles")
    published = running_version(user, offer)
    context: dict[str, Any] = {"offer": offer, "published": published, "may_write": may(user, "offer.change")}
    if published:
        context |= _learnt(offer, request.GET, labels=attribute_labels(user))
    if _wants_part(request):
        answer = render(request, "marketer/_then.html", context | {"is_part": True})
        answer.headers["HX-Push-Url"] = f"{request.path}{_address(context.get('slider'), request.GET)}"
    else:
        answer = render(request, "marketer/predictor.html", context | _known_here(user, offer))
    patch_vary_headers(answer, ["HX-Target"])
    return answer


def _known_here(user: User, offer: Offer) -> dict[str, Any]:
    """What our own records say."""
    return {
        "standing": offer.statuses.get(ended_at__isnull=True),
        "stop": stop_in_force(user, offer),
        "seen": acceptance([offer], user=user, now=timezone.now()).get(offer.pk, Acceptance()),
    }


def _learnt(offer: Offer, asked: Mapping[str, str], *, labels: Mapping[str, str]) -> dict[str, Any]:
    """What the engine says, drawn for the moment that was asked for."""
    before = asked.get("before", "")
    learnt = predictors.predictor(offer)
    changes = predictors.changes(offer, before=before, limit=CHANGES)
    known = changes or Changes()
    telling = Telling(predictors.names_of(offer), labels, known.listed, learnt if not before else None)
    where = slider(stops(known, telling), asked)
    moment = moment_of(offer, where, learnt, is_away=changes is None, asked=asked)
    return {
        "learnt": learnt,
        "is_away": learnt is None and changes is None,
        "slider": where,
        "moment": moment,
        "story": [telling.told(change) for change in known.listed],
        "earlier_changes": known.earlier,
        "before": before,
        "since": asked.get("since", ""),
        **_drawn(moment, Drawing(labels, _written(offer), where.fresh if where else {}, moment.earlier)),
    }


def _drawn(moment: Moment, drawing: Drawing) -> dict[str, Any]:
    """The tree as a list, and as a drawing where anything was split."""
    if not isinstance(moment.told, Predictor):
        return {}
    nodes = drawing.nodes(moment.told)
    return {
        "nodes": nodes,
        "icicle": icicle.drawn(nodes) if any(node.children for node in nodes) else None,
        "rail": tree.rail(moment.told.walk()),
    }


def _written(offer: Offer) -> dict[str, Written]:
    return {profile.code: Written(profile.suitability, profile.rule) for profile in offer.profiles.all()}


def _wants_part(request: HttpRequest) -> bool:
    """Whether only the tree and what stands below it is wanted; who comes back to a page wants all of it."""
    headers = request.headers
    return headers.get("HX-Target") == PART and "HX-History-Restore-Request" not in headers


def _address(where: Slider | None, asked: Mapping[str, str]) -> str:
    """The query that leads to the same moment again, however many changes come until then."""
    query = {name: asked[name] for name in ("since", "before") if asked.get(name)}
    position = where.shown.position if where else asked.get("position", "")
    if position:
        query["position"] = position
    return f"?{urlencode(query)}" if query else ""
