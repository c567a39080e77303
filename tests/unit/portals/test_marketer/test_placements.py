"""A placement's page: who ranks there, and how offers compete."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast
from tests.workspace import Workspace

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions.document import build
from tradewind.crm.decisions.models import Publication
from tradewind.crm.toolkit.models import Placement, RankedBy

DESK = "/marketing/toolkit/placements/desk/"


def typed(**fields: Any) -> dict[str, Any]:
    """The page of the desk as it is posted when nothing was touched, but for `fields`."""
    untouched = {
        "label": "Desk",
        "label_ro": "Birou",
        "limit": "3",
        "ranked_by": "profiles",
        "exploration": "thompson",
        "floor": "0.05",
        "introduction": "50",
        "control_percent": "0.0",
    }
    return {**untouched, **fields}


def test_who_ranks_is_chosen_and_noted_with_who_and_what(hannah: Client, workspace: Workspace, cast: Cast) -> None:
    answer = hannah.post(DESK, typed(ranked_by="scorer", limit="4"), follow=True)
    assert answer.redirect_chain == [(DESK, 302)]
    assert "Desk is saved. The next publication takes it." in answer.content.decode()
    desk = Placement.objects.get(name="desk")
    assert (desk.ranked_by, desk.limit, desk.floor) == (RankedBy.SCORER, 4, 0.05)
    noted = Activity.objects.get(verb="placement.changed")
    assert (noted.actor, noted.detail) == (cast.hannah, {"limit": [3, 4], "ranked_by": ["profiles", "scorer"]})


def test_saving_what_was_not_touched_notes_nothing(hannah: Client, workspace: Workspace) -> None:
    hannah.post(DESK, typed())
    assert not Activity.objects.filter(verb="placement.changed").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ranked_by", "nobody"),
        ("limit", "0"),
        ("floor", "1.2"),
        ("introduction", "10001"),
        ("introduction", "-1"),
        ("control_percent", "101"),
        ("label", ""),
    ],
)
def test_what_the_engine_would_refuse_is_refused_at_its_field(
    hannah: Client, workspace: Workspace, field: str, value: str
) -> None:
    answer = hannah.post(DESK, typed(**{field: value}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Placement.objects.get(name="desk").ranked_by == RankedBy.PROFILES


def test_the_choice_is_explained_in_both_languages(hannah: Client, workspace: Workspace, cast: Cast) -> None:
    page = hannah.get(DESK).content.decode()
    assert "scorer: it ranks, the profiles explain" in page
    assert "A scorer begins with the newest responses that the profiles keep" in page
    cast.hannah.language = "ro"
    cast.hannah.save()
    page = hannah.get(DESK).content.decode()
    assert "modelul de scor: el ordonează, profilurile explică" in page
    assert "Un model de scor pornește de la cele mai noi răspunsuri" in page


def test_the_next_publication_tells_who_ranks(hannah: Client, workspace: Workspace, now: datetime) -> None:
    Publication.objects.create(
        number=1,
        document={"placements": [{"name": "desk", "channel": "call-center", "control_percent": 0.0}]},
        digest="d",
        offers_count=0,
        published_at=now,
    )
    hannah.post(DESK, typed(ranked_by="scorer"))
    page = hannah.get("/marketing/publications/next/").content.decode()
    assert "Ranked by from “profiles: they explain and rank” to “scorer: it ranks, the profiles explain”" in page


def test_the_next_publication_introduces_new_offers_as_was_chosen(
    hannah: Client, workspace: Workspace, cast: Cast
) -> None:
    assert "0 introduces nothing" in hannah.get(DESK).content.decode()
    assert "introduction" not in placed(workspace)
    hannah.post(DESK, typed(introduction="0"))
    assert placed(workspace)["introduction"] == 0
    assert Activity.objects.get(verb="placement.changed").detail == {"introduction": [50, 0]}
    cast.hannah.language = "ro"
    cast.hannah.save()
    assert "răspunsuri care introduc o ofertă nouă" in hannah.get(DESK).content.decode().lower()


def placed(workspace: Workspace) -> dict[str, Any]:
    """What the next publication would say of exploration at the desk."""
    placements = build(number=1, versions={})["placements"]
    exploration: dict[str, Any] = next(each["exploration"] for each in placements if each["name"] == "desk")
    return exploration


def test_the_toolkit_says_who_ranks_and_leads_to_the_page(hannah: Client, workspace: Workspace) -> None:
    page = hannah.get("/marketing/toolkit/").content.decode()
    assert f'<a href="{DESK}">Desk</a>' in page
    assert "profiles: they explain and rank" in page


def test_the_page_asks_as_often_however_many_events_decide_there(hannah: Client, workspace: Workspace) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            hannah.get(DESK)
        return len(queries)

    asked()  # the first request of a session asks for more
    before = asked()
    for number in range(5):
        workspace.desk.events.create(name=f"event-{number}", label=f"Event {number}")
    assert asked() == before


def test_a_placement_that_is_not_there_is_not_found(hannah: Client, workspace: Workspace) -> None:
    assert hannah.get("/marketing/toolkit/placements/nowhere/").status_code == 404
