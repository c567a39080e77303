"""The page of a predictor beside a real engine: the tree, the slider over its past, and the story."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from tests.engines import RunningEngine
from tests.grown import Grown
from tests.unit.portals.test_marketer.conftest import NOBODY_LISTENS
from tests.workspace import Workspace

from tradewind.crm.decisions import operations
from tradewind.crm.identity.models import User
from tradewind.portals.marketer.views import offer_predictor

PAGE = "/marketing/offers/O-1/predictor/"
PART = {"HX-Request": "true", "HX-Target": "then"}


@pytest.fixture
def grown(workspace: Workspace, now: datetime, engine: RunningEngine) -> Grown:
    """Ten customers who stay short accept, ten who stay long do not; then it is split, and answered again."""
    workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    grown = Grown(engine, "O-1")
    grown.answer(10, months=20)
    grown.answer(10, months=500, outcome="rejected")
    grown.split()
    grown.answer(3, months=20)
    return grown


def labels(page: Any) -> list[str]:
    return [node.label for root in page.context["nodes"] for node in root.walk()]


def heading(page: Any) -> str:
    found = re.search(r'<h2 id="h-profiles">(.*?)</h2>', page.content.decode())
    assert found is not None
    return found[1]


def test_a_split_profile_is_a_nested_list_with_its_conditions_in_words(hannah: Client, grown: Grown) -> None:
    page = hannah.get(PAGE)
    assert labels(page) == ["Everyone", "tenure_months below 150", "tenure_months from 150"]
    root, low, high = (node for each in page.context["nodes"] for node in each.walk())
    assert [(node.shown, node.accepted) for node in (root, low, high)] == [(23, 13), (13, 13), (10, 0)]
    assert (low.rank, high.rank) == ("best", "worst")
    text = page.content.decode()
    assert text.count("<details open>") == 1
    for said in ("13 of 23", "best", "worst", "never accepted yet", "Suits everybody."):
        assert said in text
    assert '<svg data-for="wide"' in text


def test_the_slider_goes_back_before_the_first_change_and_marks_what_it_brought(hannah: Client, grown: Grown) -> None:
    now = hannah.get(PAGE)
    stops = now.context["slider"].stops
    assert [stop.label.partition(",")[0] for stop in stops][::2] == ["Before the first change", "Now"]
    before = hannah.get(PAGE, {"position": stops[0].position})
    assert labels(before) == ["Everyone"]
    assert heading(before).startswith("Recipient profiles. Before the first change, ")
    after = hannah.get(PAGE, {"position": stops[1].position})
    assert labels(after) == labels(now)
    assert [node.shown for node in after.context["nodes"][0].walk()] == [20, 10, 10]
    assert after.content.decode().count("new since") == 2
    assert f'id="change-{stops[1].position}"' in after.content.decode()
    assert 'aria-current="true">“Everyone” was split by “tenure_months”' in after.content.decode()


def test_what_is_now_may_be_compared_with_any_stop(hannah: Client, grown: Grown) -> None:
    start = hannah.get(PAGE).context["slider"].stops[0].position
    (root,) = hannah.get(PAGE, {"since": start}).context["nodes"]
    assert root.moved is not None
    assert root.moved > 0
    assert all(child.new for child in root.children)


def test_a_form_without_javascript_leads_to_the_same_moment(hannah: Client, grown: Grown) -> None:
    slider = hannah.get(PAGE).context["slider"]
    form = {"stop": "0", "of": str(slider.last), "until": slider.until, "since": ""}
    assert labels(hannah.get(PAGE, form)) == ["Everyone"]
    grown.split((0,), 0b1, cut=38.0)  # more has come since the page was made
    assert labels(hannah.get(PAGE, form)) == ["Everyone"]
    last = {**form, "stop": str(slider.last)}
    assert len(labels(hannah.get(PAGE, last))) == 5
    assert "<noscript><button" in hannah.get(PAGE).content.decode()


def test_only_the_part_below_the_slider_is_sent_where_that_is_wanted(hannah: Client, grown: Grown) -> None:
    slider = hannah.get(PAGE).context["slider"]
    form = {"stop": "1", "of": str(slider.last), "until": slider.until}
    part = hannah.get(PAGE, form, headers=PART)
    assert part.content.decode().lstrip().startswith('<div id="then"')
    assert part.headers["HX-Push-Url"] == f"{PAGE}?position={slider.stops[1].position}"
    assert "HX-Target" in part.headers["Vary"]
    whole = hannah.get(PAGE, form, headers={**PART, "HX-History-Restore-Request": "true"})
    assert "<h1>" in whole.content.decode()
    assert hannah.get(PAGE, {**form, "stop": "2"}, headers=PART).headers["HX-Push-Url"] == PAGE


def test_the_story_tells_every_sort_of_change_with_its_evidence(hannah: Client, grown: Grown) -> None:
    grown.drift((1,))
    grown.prune()
    grown.refit(1440)
    page = hannah.get(PAGE)
    text = page.content.decode()
    for said in (
        "The scorer grew its trees again",
        "After 1,440 responses.",
        "The parts of “Everyone” were merged",
        "Acceptance fell in “tenure_months from 150” of “Everyone”",
        "<b>75.0\u00a0%</b> accepted, 30 of 40",
    ):
        assert said in text
    assert [entry.position for entry in page.context["story"]] == grown.positions[::-1]


def test_the_story_and_its_slider_go_on_with_earlier_changes(
    hannah: Client, grown: Grown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offer_predictor, "CHANGES", 2)
    grown.split((0,), 0b1, cut=38.0)
    grown.refit(30)
    newest = hannah.get(PAGE)
    assert [entry.position for entry in newest.context["story"]] == grown.positions[:0:-1]
    earlier = hannah.get(PAGE, {"before": newest.context["earlier_changes"]})
    assert [entry.position for entry in earlier.context["story"]] == grown.positions[:1]
    assert "The newest changes" in earlier.content.decode()
    assert f"&amp;before={newest.context['earlier_changes']}" in earlier.content.decode()
    kept = hannah.get(PAGE, {"position": grown.positions[0]})  # a link from when it was among the newest
    assert kept.context["slider"].shown.label == "Another moment"
    assert len(labels(kept)) == 3


def test_the_scorer_stands_beside_the_profiles_where_a_placement_is_ranked_by_it(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    workspace.desk.ranked_by = "scorer"
    workspace.desk.save()
    workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    assert "the scorer ranks" not in hannah.get(PAGE).content.decode()
    Grown(engine, "O-1").answer(3, months=20)
    page = hannah.get(PAGE)
    assert page.context["moment"].learnt.scored.by_scorer.responses == 3
    assert "Profiles explain, the scorer ranks" in page.content.decode()


def test_before_the_first_answer_it_says_that_nothing_was_learnt(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    page = hannah.get(PAGE)
    assert "It has not learnt yet" in page.content.decode()
    assert page.context["slider"] is None
    Grown(engine, "O-1").answer(1, months=20)
    assert "No profile was split yet" in hannah.get(PAGE).content.decode()


def test_a_moment_that_the_engine_does_not_have_is_said_so(hannah: Client, grown: Grown) -> None:
    for position in ("99999999", "0", "yesterday"):
        page = hannah.get(PAGE, {"position": position})
        assert page.status_code == 200
        assert "The engine does not have this moment" in page.content.decode(), position


def test_while_the_past_is_worked_out_the_page_asks_again(hannah: Client, grown: Grown) -> None:
    grown.engine.engine.jobs.patience_s = 0.0
    page = hannah.get(PAGE, {"position": grown.positions[0]}, headers=PART).content.decode()
    assert "The engine is working out what was then" in page
    assert f'hx-get="{PAGE}?position={grown.positions[0]}" hx-trigger="load delay:1s"' in page
    assert "<progress" in page


def test_an_engine_that_does_not_run_the_offer_is_not_called_away(
    hannah: Client, workspace: Workspace, grown: Grown
) -> None:
    document = grown.engine.call("GET", "/v1/publications/current").json
    document.pop("digest")
    assert grown.engine.publish({**document, "number": 9, "offers": []}).status == 201
    page = hannah.get(PAGE)
    assert "The engine does not run this offer now." in page.content.decode()
    assert "The offer engine is away." not in page.content.decode()
    assert len(labels(hannah.get(PAGE, {"position": grown.positions[0]}))) == 3


def test_the_slider_goes_with_the_engine(hannah: Client, grown: Grown, settings: Settings) -> None:
    settings.TRADEWIND_ENGINE_URL = NOBODY_LISTENS
    page = hannah.get(PAGE, {"position": grown.positions[0]})
    assert page.context["slider"] is None
    assert "The offer engine is away." in page.content.decode()
    assert "not known while the engine is away" in page.content.decode()


def test_the_part_says_so_too_and_keeps_its_address(hannah: Client, grown: Grown, settings: Settings) -> None:
    settings.TRADEWIND_ENGINE_URL = NOBODY_LISTENS
    asked = {"position": grown.positions[0]}
    part = hannah.get(PAGE, asked, headers=PART)
    assert part.content.decode().count("The offer engine is away.") == 1
    assert part.headers["HX-Push-Url"] == f"{PAGE}?position={grown.positions[0]}"
    assert hannah.get(PAGE, asked).content.decode().count("The offer engine is away.") == 1


def test_the_page_costs_the_same_queries_however_much_was_learnt(
    hannah: Client, grown: Grown, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hannah.get(PAGE)
    with django_assert_num_queries(11):
        hannah.get(PAGE)
    grown.split((0,), 0b1, cut=38.0)
    with django_assert_num_queries(11):
        hannah.get(PAGE, {"position": grown.positions[-1]})
    with django_assert_num_queries(7):
        hannah.get(PAGE, {"position": grown.positions[0]}, headers=PART)


def test_the_page_speaks_romanian(workspace: Workspace, grown: Grown, client_of: Callable[[User], Client]) -> None:
    workspace.cast.hannah.language = "ro"
    workspace.cast.hannah.save()
    text = client_of(workspace.cast.hannah).get(PAGE, {"position": grown.positions[0]}).content.decode()
    for said in ("nou din", "cel mai bun", "Profiluri de destinatar imediat după", "10 din 20", "Cum s-a ajuns aici"):
        assert said in text
