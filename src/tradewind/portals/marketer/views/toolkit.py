"""The application toolkit, to read: what rules may speak of, and how a touchpoint calls the engine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pprint import pformat
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradewind.crm.access import may, requires, scope
from tradewind.crm.toolkit.models import Attribute, ConditionGroup, EventDeclaration, Outcome, Placement
from tradewind.portals.marketer.rights import READERS
from tradewind.portals.ui.person import person

SAMPLES: dict[str, Any] = {
    Attribute.Type.NUMBER: 12,
    Attribute.Type.BOOLEAN: True,
    Attribute.Type.TEXT: "London",
    Attribute.Type.INSTANT: "2026-11-20T10:00:00+00:00",
    Attribute.Type.CATEGORY: "other",
}
ANY_CHANNEL = "web"
A_NAME = "Maya"


@dataclass(frozen=True, slots=True)
class Example:
    """An event with a call of it that works as it stands."""

    event: EventDeclaration
    curl: str
    python: str

    @property
    def schema(self) -> str:
        return json.dumps(self.event.input, ensure_ascii=False, indent=2)


@requires(*READERS)
@require_safe
def toolkit(request: HttpRequest) -> HttpResponse:
    user = person(request)
    groups = scope(user, ConditionGroup).prefetch_related("attributes__group")
    events = scope(user, EventDeclaration).select_related("placement").prefetch_related("groups__attributes__group")
    context = {
        "groups": groups,
        "examples": [example(event) for event in events],
        "placements": scope(user, Placement).select_related("arbitration"),
        "outcomes": scope(user, Outcome),
        "may_change": may(user, "toolkit.change"),
    }
    return render(request, "marketer/toolkit.html", context)


def example(event: EventDeclaration) -> Example:
    url = f"{settings.TRADEWIND_ENGINE_URL}/v1/events/{event.name}"
    call = {
        "session": "s-1",
        "customer": "C-100001",
        "channel": str(event.placement.channel) if event.placement else ANY_CHANNEL,
        "attributes": {attribute.path: sample(attribute) for attribute in _attributes(event)},
        "dry_run": True,
    }
    return Example(event, _curl(url, call), _python(url, call))


def _attributes(event: EventDeclaration) -> list[Attribute]:
    return [attribute for group in event.groups.all() for attribute in group.attributes.all()]


def sample(attribute: Attribute) -> Any:
    """A value that the engine takes for this attribute."""
    if attribute.type == Attribute.Type.LIST:
        return list(attribute.values[:1])
    if attribute.values:
        return attribute.values[0]
    value = SAMPLES[attribute.type]
    if attribute.type == Attribute.Type.TEXT and "name" in attribute.name:
        return A_NAME
    if attribute.type == Attribute.Type.NUMBER and not _within(value, attribute):
        value = attribute.min if attribute.min is not None else attribute.max
    return value


def _within(value: float, attribute: Attribute) -> bool:
    low = attribute.min if attribute.min is not None else value
    high = attribute.max if attribute.max is not None else value
    return low <= value <= high


CURL = """curl -sS {url} \\
  -H "Authorization: Bearer $ENGINE_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{body}'"""
PYTHON = """import json, os, urllib.request

call = {body}
request = urllib.request.Request(
    "{url}",
    data=json.dumps(call).encode(),
    headers={{
        "Authorization": "Bearer " + os.environ["ENGINE_KEY"],
        "Content-Type": "application/json",
    }},
)
print(json.load(urllib.request.urlopen(request)))"""


def _curl(url: str, call: dict[str, Any]) -> str:
    body = json.dumps(call, ensure_ascii=False, indent=2)
    return CURL.format(url=url, body=body.replace("'", "'\\''"))


def _python(url: str, call: dict[str, Any]) -> str:
    return PYTHON.format(url=url, body=pformat(call, sort_dicts=False))
