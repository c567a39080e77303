"""A marketing workspace, a real engine that the CRM knows, and an offer's sheet as a browser would post it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.cast import Cast
from tests.engines import RunningEngine, start_engine
from tests.workspace import Workspace, build_workspace

from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer, OfferGroup
from tradewind.engine.service.keys import Keyring
from tradewind.portals.marketer.forms.sheet import version_of
from tradewind.portals.marketer.forms.treatments import PLACES

NOBODY_LISTENS = "http://127.0.0.1:9"
type Sheet = dict[str, Any]


@pytest.fixture
def workspace(cast: Cast) -> Workspace:
    return build_workspace(cast)


@pytest.fixture
def hannah(cast: Cast, client_of: Callable[[User], Client]) -> Client:
    return client_of(cast.hannah)


@pytest.fixture(autouse=True)
def no_engine(settings: Settings) -> None:
    """Without the fixture `engine`, the engine is away."""
    settings.TRADEWIND_ENGINE_URL, settings.TRADEWIND_ENGINE_KEY = NOBODY_LISTENS, "none"


@pytest.fixture
def engine(tmp_path: Path, settings: Settings, no_engine: None) -> Iterator[RunningEngine]:
    running = start_engine(tmp_path / "engine")
    keyring = Keyring(running.data / "keys.sqlite")
    scopes = ("publish", "decide", "read")
    settings.TRADEWIND_ENGINE_KEY = keyring.create(name="crm", scopes=scopes, now=int(timezone.now().timestamp()))
    settings.TRADEWIND_ENGINE_URL = running.url
    keyring.close()
    yield running
    running.stop()


def empty_sheet(workspace: Workspace, **typed: Any) -> Sheet:
    """A complete new offer as its form posts it; `typed` overrides fields by their names on the page."""
    sheet: Sheet = {
        "version": "",
        "title": "Trade in and save",
        "code": "",
        "campaign": workspace.campaign.pk,
        "purpose": "message",
        "product": "",
        "group": OfferGroup.objects.get(code="care").pk,
        "placements": [workspace.desk.pk],
        "display": "priority",
        "priority": "5",
        "value": "1.40",
        "cost": "0",
        "weight": "1",
        "reoffer_after_days": "30",
        "eligibility": "true",
        "profile-0-code": "",
        "profile-0-name": "Students",
        "profile-0-rule": "customer.is_student",
        "profile-0-suitability_en": "Students trade in most often.",
        "profile-0-suitability_ro": "Studenții schimbă cel mai des.",
        "text-call-center-en-title": "Trade in, {{ customer.first_name }}?",
        "text-call-center-en-body": "",
        "text-call-center-en-pitch": "",
        "text-call-center-en-link": "",
    }
    return {**sheet, **typed}


def sheet_of(offer: Offer, **typed: Any) -> Sheet:
    """An existing offer as its form posts it when nothing was touched, but for `typed`."""
    sheet: Sheet = {
        "version": version_of(offer),
        "title": offer.title,
        "campaign": offer.campaign_id,
        "purpose": offer.purpose,
        "product": offer.product_id or "",
        "group": offer.group_id,
        "placements": [placement.pk for placement in offer.placements.all()],
        "display": offer.display,
        "priority": offer.priority,
        "value": offer.value,
        "cost": offer.cost,
        "weight": offer.weight,
        "reoffer_after_days": "" if offer.reoffer_after_days is None else offer.reoffer_after_days,
        "eligibility": offer.eligibility,
        "goals": offer.goals,
    }
    for index, profile in enumerate(offer.profiles.all()):
        for name in ("code", "name", "rule", "suitability_en", "suitability_ro"):
            sheet[f"profile-{index}-{name}"] = getattr(profile, name)
    stored = {(text.channel, text.language): text for text in offer.treatments.all()}
    for channel, language in PLACES:
        for name in ("title", "body", "pitch", "link"):
            sheet[f"text-{channel}-{language}-{name}"] = getattr(stored.get((channel, language)), name, "")
    return {**sheet, **typed}
