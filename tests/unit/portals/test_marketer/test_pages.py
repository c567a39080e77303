"""Overview, predictor, campaigns and toolkit."""

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from tests.cast import Cast
from tests.engines import RunningEngine
from tests.unit.portals.test_marketer.conftest import NOBODY_LISTENS
from tests.workspace import Workspace

from tradewind.crm.decisions import operations
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign
from tradewind.portals.marketer.views.toolkit import example

HOME = "/marketing/"
type ClientOf = Callable[[User], Client]


# ---- Overview


def titles(client: Client) -> list[str]:
    return [todo.title for todo in client.get(HOME).context["todo"]]


def test_the_overview_says_what_waits(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    assert titles(hannah) == []
    workspace.released("O-1", now=now)
    assert titles(hannah) == ["1 offer is not published as it stands"]
    operations.publish(actor=workspace.cast.hannah, now=now)
    assert titles(hannah) == []
    workspace.draft("O-2", now=now).submit(actor=workspace.cast.hannah, now=now)
    assert titles(hannah) == ["1 offer waits for review"]


def test_the_overview_says_that_the_engine_is_away(hannah: Client, workspace: Workspace) -> None:
    assert titles(hannah) == ["The offer engine is away"]


def test_the_overview_counts_offers_by_status(hannah: Client, workspace: Workspace, now: datetime) -> None:
    workspace.released("O-1", now=now)
    workspace.draft("O-2", now=now)
    workspace.draft("O-3", now=now)
    shares = {share.status: share.number for share in hannah.get(HOME).context["statuses"]}
    assert shares == {"draft": 2, "in_review": 0, "released": 1, "paused": 0, "closed": 0}


def test_the_manager_is_not_asked_to_publish(
    cast: Cast, workspace: Workspace, client_of: ClientOf, now: datetime, engine: RunningEngine
) -> None:
    workspace.released("O-1", now=now)
    assert titles(client_of(cast.ines)) == []


def test_offers_that_end_soon_are_named(hannah: Client, workspace: Workspace, engine: RunningEngine) -> None:
    from django.utils import timezone

    now = timezone.now()
    workspace.released("O-1", now=now, title="Ends on Friday", ends_at=now + timedelta(days=3))
    workspace.released("O-2", now=now, ends_at=now + timedelta(days=30))
    todo = {todo.title: todo.text for todo in hannah.get(HOME).context["todo"]}
    assert todo["Offers that end soon"] == "Ends on Friday"


# ---- Predictor


def test_the_predictor_moves_with_the_answers(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    before = hannah.get("/marketing/offers/O-1/predictor/").context["nodes"]
    assert [(node.label, node.shown, node.accepted) for node in before] == [("Everyone", 0, 0)]
    for number in range(5):
        answer = engine.event(session=f"s-{number}", customer=f"c-{number}")
        decision = answer.json["decision"]["id"]
        engine.respond({"decision": decision, "offer": "O-1", "outcome": "accepted"})
    page = hannah.get("/marketing/offers/O-1/predictor/")
    after = page.context["nodes"][0]
    assert (after.shown, after.accepted) == (5, 5)
    assert after.value > before[0].value
    assert after.low < after.value < after.high
    assert "5 of 5" in page.content.decode()


def test_the_predictor_of_an_offer_that_never_ran_says_what_to_do(
    hannah: Client, workspace: Workspace, now: datetime
) -> None:
    workspace.draft("O-1", now=now)
    page = hannah.get("/marketing/offers/O-1/predictor/").content.decode()
    assert "Nothing is learnt yet" in page
    assert "The offer engine is away." not in page


def test_the_predictor_says_that_the_engine_is_away(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine, settings: Settings
) -> None:
    workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    settings.TRADEWIND_ENGINE_URL = NOBODY_LISTENS
    page = hannah.get("/marketing/offers/O-1/predictor/").content.decode()
    assert "The offer engine is away." in page
    assert "Everyone" in page


# ---- Campaigns


def test_a_campaign_is_planned_and_changed(hannah: Client, workspace: Workspace) -> None:
    typed = {
        "name": "Spring trade-in",
        "code": "spring",
        "type": workspace.campaign.type.pk,
        "start_date": "2026-03-01",
        "end_date": "2026-05-31",
        "owner": workspace.cast.hannah.pk,
    }
    assert hannah.post("/marketing/campaigns/new/", typed).headers["Location"] == "/marketing/campaigns/spring/"
    hannah.post("/marketing/campaigns/spring/", {**typed, "name": "Spring", "code": "autumn"})
    spring = Campaign.objects.get(code="spring")
    assert (spring.name, spring.history.count()) == ("Spring", 2)


def test_a_campaign_that_ends_before_it_starts_is_refused(hannah: Client, workspace: Workspace) -> None:
    typed = {
        "name": "Odd",
        "code": "odd",
        "type": workspace.campaign.type.pk,
        "start_date": "2026-03-01",
        "end_date": "2026-02-01",
        "owner": workspace.cast.hannah.pk,
    }
    answer = hannah.post("/marketing/campaigns/new/", typed)
    assert answer.status_code == 422
    assert "ends before it starts" in answer.content.decode()
    assert 'value="2026-02-01"' in answer.content.decode()


def test_only_marketers_own_campaigns(hannah: Client, workspace: Workspace) -> None:
    owners = hannah.get("/marketing/campaigns/new/").context["form"].fields["owner"].queryset
    assert set(owners) == {workspace.cast.hannah, workspace.cast.adam}


def test_campaigns_are_found_by_a_word(hannah: Client, workspace: Workspace, now: datetime) -> None:
    workspace.released("O-1", now=now)
    workspace.draft("O-2", now=now)
    found = list(hannah.get("/marketing/campaigns/?q=campus").context["page"])
    assert [(campaign.code, campaign.offer_count, campaign.released_count) for campaign in found] == [
        ("back-to-campus", 2, 1)
    ]
    assert "No campaign fits" in hannah.get("/marketing/campaigns/?q=nowhere").content.decode()


def test_a_new_offer_begins_in_the_campaign_it_is_written_for(hannah: Client, workspace: Workspace) -> None:
    form = hannah.get("/marketing/offers/new/?campaign=back-to-campus").context["sheet"].form
    assert str(form["campaign"].value()) == str(workspace.campaign.pk)


# ---- Toolkit


def test_the_toolkit_names_every_attribute_and_placement(hannah: Client, workspace: Workspace) -> None:
    page = hannah.get("/marketing/toolkit/").content.decode()
    for said in ("customer.tenure_months", "sensitive, never learnt from", "Desk", "accepted", "call-started"):
        assert said in page


def test_the_example_calls_work_as_they_stand(
    workspace: Workspace, now: datetime, engine: RunningEngine, tmp_path: object
) -> None:
    workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    shown = example(workspace.desk.events.get())
    words = shlex.split(shown.curl.replace("\\\n", " "))
    body = json.loads(words[words.index("-d") + 1])
    assert words[2] == f"{engine.url}/v1/events/call-started"
    answer = engine.call("POST", "/v1/events/call-started", body)
    assert (answer.status, [offer["offer"] for offer in answer.json["decision"]["offers"]]) == (200, ["O-1"])
    run = subprocess.run(
        [sys.executable, "-c", shown.python],
        env={"ENGINE_KEY": engine.keys["decide"]},
        capture_output=True,
        check=True,
        text=True,
    )
    assert "'O-1'" in run.stdout
    assert engine.call("GET", "/v1/offers/O-1/predictor").json["profiles"][0]["shown"] == 0


@pytest.mark.parametrize("path", ["", "offers/", "campaigns/", "publications/", "publications/next/", "toolkit/"])
@pytest.mark.parametrize("language", ["en", "ro"])
def test_every_page_speaks_both_languages(
    cast: Cast, workspace: Workspace, client_of: ClientOf, path: str, language: str
) -> None:
    cast.hannah.language = language
    cast.hannah.save()
    page = client_of(cast.hannah).get(f"/marketing/{path}")
    assert page.status_code == 200
    assert ("Publicări" in page.content.decode()) == (language == "ro")
