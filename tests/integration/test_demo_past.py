"""The sample company published to a real engine, with a month behind it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.engines import RunningEngine, start_engine

from tradewind.crm.decisions import operations as decisions
from tradewind.crm.decisions.models import Answer, Decision
from tradewind.crm.interactions.models import Conversation
from tradewind.demo import cast, company, past
from tradewind.engine.service.keys import Keyring


@pytest.fixture
def engine(tmp_path: Path, settings: Settings) -> Iterator[RunningEngine]:
    running = start_engine(tmp_path / "engine")
    settings.TRADEWIND_ENGINE_URL = running.url
    settings.TRADEWIND_ENGINE_KEY = _key_of_all(running)
    yield running
    running.stop()


def test_the_engine_takes_the_publication_and_the_month_is_filled_where_it_was_left(
    transactional_db: None, engine: RunningEngine
) -> None:
    """Over commits: with them an answer leaves for the engine."""
    loaded_at = timezone.now()
    company.load(now=loaded_at, say=lambda text: None)
    published = decisions.publish(actor=cast.member(company.AUTHOR), now=loaded_at)
    assert published.offers_count == 16
    done: list[int] = []

    def fill(until: int) -> bool:
        return past.fill(
            now=loaded_at, on_step=lambda step, total: done.append(step), is_stopping=lambda: len(done) >= until
        )

    assert not fill(15)
    assert not fill(30)
    assert done == list(range(1, 31))
    assert Conversation.objects.open().count() == 0
    assert set(Decision.objects.values_list("trouble", flat=True)) == {""}
    assert all(
        moment < loaded_at - timedelta(days=20) for moment in Answer.objects.values_list("answered_at", flat=True)
    )
    lines = engine.history(after=0, limit=1000)
    happened = [datetime.fromisoformat(line["occurred_at"]) for line in lines if line["type"] == "event_handled"]
    assert len(happened) == Decision.objects.count()
    assert max(happened) < loaded_at - timedelta(days=20)
    outcomes = Counter(line["outcome"] for line in lines if line["type"] == "response_recorded")
    assert outcomes["accepted"] > 0
    assert outcomes["rejected"] > 0


def _key_of_all(running: RunningEngine) -> str:
    keyring = Keyring(running.data / "keys.sqlite")
    try:
        return keyring.create(name="crm", scopes=("publish", "decide", "read"), now=0)
    finally:
        keyring.close()
