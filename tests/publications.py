"""Publications for tests: a laptop brand's desk and showroom, as JSON would hold them.

`sample(number)` has every part that the engine enforces; tests change a copy with plain dict
operations. Everything the desk may ask about is in `ATTRIBUTES`.
"""

from __future__ import annotations

from typing import Any

from msgspec import convert

from tradewind.engine.wire import Publication

type Json = dict[str, Any]

ATTRIBUTES: Json = {
    "customer.tenure_months": 30,
    "customer.segment": "home",
    "customer.is_student": False,
    "customer.first_name": "Ana",
    "machine.age_months": 40,
    "machine.family": "ultra",
    "machine.in_warranty": False,
    "call.reason": "battery",
    "agent.skills": ["care"],
}


def sample(number: int = 1, *, offers: int = 12, control_percent: float = 0.0) -> Json:
    """A publication with two events, two placements and `offers` offers (at least 3)."""
    return {
        "wire": 1,
        "number": number,
        "time_zone": "Europe/London",
        "condition_groups": _condition_groups(),
        "events": [
            {"name": "call-started", "actions": [{"do": "decide", "placement": "desk", "presents": True}]},
            {"name": "page-viewed", "actions": [{"do": "decide", "placement": "showroom", "presents": False}]},
        ],
        "placements": [
            _placement("desk", "call-center", control_percent=control_percent),
            _placement("showroom", "web", control_percent=control_percent),
        ],
        "outcomes": [
            {"name": "accepted", "reward": 1.0, "final": True, "window_hours": 72},
            {"name": "rejected", "reward": 0.0, "final": True, "window_hours": 72},
            {"name": "interested", "reward": 0.2, "final": False, "window_hours": 72},
            {"name": "presented", "reward": 0.0, "final": False, "window_hours": 72},
            {"name": "skipped", "reward": 0.0, "final": True, "window_hours": 72},
        ],
        "arbitration": [{"name": "default", "exponent": 1.0}],
        "offers": [_battery(), _warranty(), _message(), *(_accessory(index) for index in range(3, offers))],
    }


def sample_message(number: int = 1, *, offers: int = 12) -> Publication:
    """The same publication as a wire message."""
    return convert(sample(number, offers=offers), Publication)


def offer(id: str, **changes: Any) -> Json:
    """One plain offer for everybody; any field may be given."""
    plain: Json = {
        "id": id,
        "group": "accessories",
        "placements": ["desk", "showroom"],
        "value": 10.0,
        "eligibility": "true",
        "profiles": [{"id": "all", "rule": "true", "suitability": {"en": "Suits everybody", "ro": "Potrivit oricui"}}],
        "treatments": [
            _treatment("call-center", "en", id),
            _treatment("call-center", "ro", id),
            _treatment("web", "en", id),
        ],
    }
    return {**plain, **changes}


def _condition_groups() -> list[Json]:
    def group(name: str, *attributes: Json) -> Json:
        return {"name": name, "attributes": list(attributes), "populated_by": [{"event": True}]}

    segments = ["home", "business", "student"]
    return [
        group(
            "customer",
            {"name": "tenure_months", "type": "number", "min": 0, "max": 600, "predictive": True},
            {"name": "segment", "type": "category", "values": segments, "predictive": True},
            {"name": "is_student", "type": "boolean"},
            {"name": "first_name", "type": "text"},
        ),
        group(
            "machine",
            {"name": "age_months", "type": "number", "min": 0, "max": 240, "predictive": True},
            {"name": "family", "type": "category", "values": ["ultra", "pro", "study"]},
            {"name": "in_warranty", "type": "boolean"},
        ),
        group(
            "call",
            {
                "name": "reason",
                "type": "category",
                "values": ["battery", "new_machine", "order_status", "invoice", "cancellation", "other"],
                "predictive": True,
            },
        ),
        group("agent", {"name": "skills", "type": "list"}),
    ]


def _placement(name: str, channel: str, *, control_percent: float) -> Json:
    return {
        "name": name,
        "channel": channel,
        "limit": 3,
        "exploration": {"policy": "thompson", "floor": 0.05},
        "arbitration": "default",
        "control_percent": control_percent,
        "budget_ms": 80,
    }


def _treatment(channel: str, language: str, title: str) -> Json:
    texts = {"title": title, "body": f"About {title}", "pitch": "May I tell you more?"}
    return {"id": f"{channel}-{language}", "channel": channel, "language": language, "texts": texts}


def _battery() -> Json:
    greeting = {"title": "New battery", "body": "{{ customer.first_name }}, a new battery", "pitch": "Shall we?"}
    return offer(
        "new-battery",
        group="care",
        value=40.0,
        eligibility='machine.age_months >= 24.0 && call.reason == "battery"',
        profiles=[
            {
                "id": "old",
                "rule": "machine.age_months >= 36.0",
                "suitability": {"en": "Three years old", "ro": "Are trei ani"},
            },
            {"id": "other", "rule": "true", "suitability": {"en": "Asked about it", "ro": "A întrebat"}},
        ],
        treatments=[
            {"id": "desk-en", "channel": "call-center", "language": "en", "texts": greeting},
            {
                "id": "desk-ro",
                "channel": "call-center",
                "language": "ro",
                "texts": {**greeting, "title": "Baterie nouă"},
            },
        ],
        placements=["desk"],
    )


def _warranty() -> Json:
    return offer(
        "care-plus", group="care", value=120.0, eligibility="!machine.in_warranty", reoffer_after_days=0, priority=1
    )


def _message() -> Json:
    return offer("student-note", purpose="message", group="notes", value=1.0, eligibility="customer.is_student")


def _accessory(index: int) -> Json:
    return offer(f"accessory-{index:02d}", value=10.0 + index, eligibility=f"customer.tenure_months >= {index}.0")
