"""The estimate in front of publishing, as the page says it: asked, left, found again, held, ticked, published."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings
from tests.cast import Cast
from tests.engines import RunningEngine
from tests.estimates import EstimatingEngine, estimating, found, nothing_compared
from tests.unit.portals.test_marketer.conftest import NOBODY_LISTENS
from tests.unit.portals.test_marketer.test_publications import seen_on
from tests.workspace import Workspace

from tradewind.crm.decisions import operations
from tradewind.crm.decisions.finding import Finding
from tradewind.crm.decisions.models import Estimate, Gate, Publication
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer
from tradewind.portals.marketer.estimates import told

NEXT = "/marketing/publications/next/"
ESTIMATE = "/marketing/publications/next/estimate/"
GATE = "/marketing/publications/gate/"
HTMX = {"HX-Request": "true"}
ON_LOAD = 'hx-trigger="submit, load"'
TICK = 'name="without_evidence"'
type ClientOf = Callable[[User], Client]


@pytest.fixture
def door(engine: RunningEngine, settings: Settings) -> Iterator[EstimatingEngine]:
    with estimating(engine.url) as door:
        settings.TRADEWIND_ENGINE_URL = door.url
        yield door


@pytest.fixture
def offer(workspace: Workspace, door: EstimatingEngine, now: datetime) -> Offer:
    """One offer runs, and is worth more since."""
    offer = workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    offer.value = Decimal(12)
    offer.save()
    return offer


def set_gate(cast: Cast, mode: str, now: datetime, margin: float = 0.01) -> None:
    operations.set_gate(mode=mode, margin=margin, actor=cast.adam, now=now)


def page(client: Client, url: str = NEXT) -> str:
    return client.get(url).content.decode()


def words(client: Client) -> str:
    """The text of the page without its markup, one space between words."""
    from django.utils.html import strip_tags

    return " ".join(strip_tags(page(client)).split())


# --- From asking to publishing


def test_an_estimate_is_asked_for_left_and_found_again(
    hannah: Client, cast: Cast, offer: Offer, door: EstimatingEngine
) -> None:
    assert hannah.post(ESTIMATE).headers["Location"] == NEXT
    door.reach(110)
    for_hannah = page(hannah)
    assert '<progress value="0.25" max="1"' in for_hannah
    assert f'hx-get="{ESTIMATE}" hx-trigger="every 2s"' in for_hannah
    assert "Asked for by Hannah Lindqvist" in for_hannah
    door.finish(found("better"))
    assert "It would do better than what runs" in page(hannah)
    door.forget()
    assert "It would do better than what runs" in page(hannah)


def test_while_it_is_under_way_only_its_own_part_is_asked_for_again(
    hannah: Client, offer: Offer, door: EstimatingEngine
) -> None:
    first = hannah.post(ESTIMATE, headers=HTMX).content.decode()
    assert "<html" not in first
    door.reach(220)
    again = page(hannah, f"{ESTIMATE}?said=0")
    assert '<progress value="0.525" max="1"' in again
    assert 'id="estimate-said" hx-swap-oob="innerHTML">The estimate is 50 per cent done.' in again
    assert "estimate-said" not in page(hannah, f"{ESTIMATE}?said=50")
    door.finish(found("better"))
    last = page(hannah, f"{ESTIMATE}?said=50")
    assert "The estimate is there: It would do better than what runs." in last
    assert "every 2s" not in last
    assert f'hx-get="{NEXT}" hx-trigger="load" hx-select="#publish-form"' in last


@pytest.mark.parametrize(("mode", "asks"), [("off", False), ("show", True), ("hold", True)])
def test_a_gate_that_is_on_asks_by_itself_and_once(  # noqa: PLR0917
    hannah: Client, cast: Cast, offer: Offer, door: EstimatingEngine, now: datetime, mode: str, asks: bool
) -> None:
    set_gate(cast, mode, now)
    assert (ON_LOAD in page(hannah)) is asks
    hannah.post(ESTIMATE, headers=HTMX)
    door.fail("no room on the disk")
    again = page(hannah)
    assert "no room on the disk" in again
    assert ON_LOAD not in again


def test_a_draft_with_faults_is_not_asked_about_by_itself(hannah: Client, offer: Offer) -> None:
    offer.eligibility = "customer.nothing"
    offer.save()
    assert ON_LOAD not in page(hannah)


def test_a_held_draft_is_ticked_and_published(
    hannah: Client, cast: Cast, offer: Offer, door: EstimatingEngine, now: datetime
) -> None:
    set_gate(cast, "hold", now)
    refused = hannah.post(NEXT)
    assert refused.status_code == 409
    assert "The gate holds it back" in refused.content.decode()
    assert "<progress" in refused.content.decode(), "publishing has asked for the estimate that was missing"
    door.finish(nothing_compared())
    text = words(hannah)
    assert "Not enough evidence." in text
    assert "Wait until customers have answered, then estimate again." in text
    assert TICK in page(hannah)
    assert hannah.post(NEXT).status_code == 409
    assert hannah.post(NEXT, {"without_evidence": "yes"}).status_code == 302
    published = Publication.objects.get(number=2)
    assert published.without_evidence
    assert "Published without evidence" in page(hannah, "/marketing/publications/2/")


@pytest.mark.parametrize(
    ("verdict", "may", "ticks"),
    [("better", True, False), ("not worse", True, False), ("worse", False, False), ("not enough evidence", True, True)],
)
def test_the_button_says_what_the_gate_will_say(  # noqa: PLR0917
    hannah: Client,
    cast: Cast,
    offer: Offer,
    door: EstimatingEngine,
    now: datetime,
    verdict: str,
    may: bool,
    ticks: bool,
) -> None:
    set_gate(cast, "hold", now)
    hannah.post(ESTIMATE)
    door.finish(found(verdict))
    shown = page(hannah)
    assert ('data-kind="primary" disabled' not in shown) is may
    assert (TICK in shown) is ticks


def test_a_changed_draft_is_not_the_one_that_was_estimated(
    hannah: Client, cast: Cast, offer: Offer, door: EstimatingEngine, now: datetime
) -> None:
    set_gate(cast, "hold", now)
    hannah.post(ESTIMATE)
    door.finish(found("better"))
    assert 'data-kind="primary" disabled' not in page(hannah)
    offer.value = Decimal(13)
    offer.save()
    shown = page(hannah)
    assert "The draft or the margin has changed since the estimate that Hannah Lindqvist asked for" in shown
    assert 'data-kind="primary" disabled' in shown
    assert "It would do better than what runs" not in shown


def test_a_tick_for_one_draft_publishes_no_other(
    hannah: Client, cast: Cast, offer: Offer, door: EstimatingEngine, now: datetime
) -> None:
    """Two tabs: the one ticks what it sees, the other changes it, and has that estimated."""
    set_gate(cast, "hold", now)
    hannah.post(ESTIMATE)
    door.finish(nothing_compared())
    seen = seen_on(page(hannah))
    offer.value = Decimal(13)
    offer.save()
    hannah.post(ESTIMATE)
    door.finish(nothing_compared())
    assert seen_on(page(hannah)) != seen
    assert hannah.post(NEXT, {"draft": seen, "without_evidence": "yes"}).status_code == 409
    assert Publication.objects.count() == 1
    assert hannah.post(NEXT, {"draft": seen_on(page(hannah)), "without_evidence": "yes"}).status_code == 302


def test_what_was_estimated_stands_with_the_publication_for_those_who_may_publish(
    hannah: Client, cast: Cast, client_of: ClientOf, offer: Offer, door: EstimatingEngine
) -> None:
    hannah.post(ESTIMATE)
    door.finish(found("better"))
    page(hannah)
    hannah.post(NEXT)
    assert "Estimated beforehand for Hannah Lindqvist" in page(hannah, "/marketing/publications/2/")
    assert "Estimated beforehand" not in page(client_of(cast.ines), "/marketing/publications/2/")


# --- Where it cannot be


def test_the_first_publication_has_nothing_to_be_compared_with(
    hannah: Client, cast: Cast, workspace: Workspace, door: EstimatingEngine, now: datetime
) -> None:
    set_gate(cast, "hold", now)
    workspace.released("O-1", now=now)
    shown = page(hannah)
    assert "The first publication passes every gate." in shown
    assert 'data-kind="primary" disabled' not in shown
    assert "Estimate again" not in shown


def test_an_engine_that_is_busy_says_so_and_loses_nothing(hannah: Client, offer: Offer, door: EstimatingEngine) -> None:
    door.is_busy = True
    said = hannah.post(ESTIMATE, headers=HTMX).content.decode()
    assert "Ask again in a little while." in said
    assert "<progress" not in said
    assert not Estimate.objects.exists()
    assert "Ask again in a little while." in hannah.post(ESTIMATE, follow=True).content.decode()


def test_an_engine_that_is_away_is_said_and_the_estimate_goes_on(
    hannah: Client, offer: Offer, door: EstimatingEngine, settings: Settings
) -> None:
    hannah.post(ESTIMATE)
    settings.TRADEWIND_ENGINE_URL = NOBODY_LISTENS
    away = page(hannah, ESTIMATE)
    assert "How far the estimate is stands here as soon as it is back." in away
    assert "every 2s" in away
    settings.TRADEWIND_ENGINE_URL = door.url
    door.finish(found("better"))
    assert "It would do better than what runs" in page(hannah, ESTIMATE)


def test_asking_an_engine_that_is_away_loses_nothing(
    hannah: Client, offer: Offer, door: EstimatingEngine, settings: Settings
) -> None:
    settings.TRADEWIND_ENGINE_URL = NOBODY_LISTENS
    said = hannah.post(ESTIMATE, headers=HTMX).content.decode()
    assert "Nothing is lost: ask again when it is back." in said
    assert not Estimate.objects.exists()


def test_a_question_that_the_engine_has_forgotten_may_be_asked_again(
    hannah: Client, offer: Offer, door: EstimatingEngine
) -> None:
    hannah.post(ESTIMATE)
    door.forget()
    shown = page(hannah)
    assert "The estimate was lost." in shown
    assert "Estimate again" in shown


# --- The words


def summary_of(verdict: str, **fields: Any) -> str:
    from tradewind.portals.marketer.estimates import summary

    return summary(Finding.from_row(found(verdict, **fields)))


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("better", "Of 100 customers, between 2.0 and 8.0 more would have accepted the first offer."),
        ("worse", "Of 100 customers, between 3.0 and 9.0 fewer would have accepted the first offer."),
        ("not worse", "Of 100 customers, at most 0.5 fewer would have accepted the first offer; you allow 1.0."),
        (
            "not enough evidence",
            "Of 100 customers, somewhere between 5.0 fewer and 5.0 more would have accepted the first offer. "
            "You allow 1.0 fewer, and nobody knows yet whether it stays within that.",
        ),
    ],
)
def test_each_verdict_has_its_reason(verdict: str, said: str) -> None:
    with translation.override("en"):
        assert summary_of(verdict) == said


def test_a_loss_that_may_be_too_large_is_told_as_a_loss() -> None:
    with translation.override("en"):
        said = summary_of("not enough evidence", gain={"estimate": -0.02, "low": -0.03, "high": -0.005})
    assert said.startswith("Of 100 customers, between 0.5 and 3.0 fewer would have accepted")


def test_what_is_wanting_is_said_in_romanian_too() -> None:
    with translation.override("ro"):
        said = summary_of("not enough evidence")
        assert said.startswith("Din 100 de clienți, undeva între 5,0 mai puțini și 5,0 mai mulți")


def test_offers_are_told_by_how_far_they_move(cast: Cast, workspace: Workspace, now: datetime) -> None:
    workspace.draft("O-1", now=now)
    finding = Finding.from_row(found("better"))
    with translation.override("en"):
        said = told(finding, user=cast.hannah)
    assert [(each.code, each.title, each.more) for each in said.more] == [("O-2", "", 500)]
    assert [(each.code, each.title, each.more) for each in said.less] == [("O-1", "Offer O-1", -500)]
    assert [(each.why, each.number) for each in said.left_out] == [("the customer has not answered yet", 12)]
    assert said.others == 0


def test_a_reason_that_we_do_not_know_is_told_as_the_engine_says_it(cast: Cast) -> None:
    said = told(Finding.from_row(found("better", left_out={"new_reason": 3})), user=cast.hannah)
    assert [each.why for each in said.left_out] == ["new_reason"]


@pytest.mark.parametrize("language", ["en", "ro"])
def test_the_page_tells_everything_in_both_languages(
    hannah: Client, cast: Cast, offer: Offer, door: EstimatingEngine, language: str
) -> None:
    cast.hannah.language = language
    cast.hannah.save()
    hannah.post(ESTIMATE)
    door.finish(found("not enough evidence"))
    text = words(hannah)
    for english, romanian in [
        ("Not enough evidence.", "Nu sunt destule dovezi."),
        ("What would be needed", "De ce ar fi nevoie"),
        ("Shown more", "Afișate mai mult"),
        ("Left out: the customer has not answered yet", "Lăsate deoparte: clientul nu a răspuns încă"),
    ]:
        assert (romanian if language == "ro" else english) in text


def test_the_page_asks_as_often_however_many_offers_move(
    hannah: Client, workspace: Workspace, offer: Offer, door: EstimatingEngine
) -> None:
    hannah.post(ESTIMATE)
    door.finish(found("better"))
    page(hannah)

    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page(hannah, url)
        return len(queries)

    before = [asked(NEXT), asked(ESTIMATE)]
    moved = [{"offer": f"O-{number}", "shown": number, "would_be_shown": 0} for number in range(1, 40)]
    row = Estimate.objects.get()
    row.result = found("better", offers=moved)
    row.save()
    assert [asked(NEXT), asked(ESTIMATE)] == before
    assert "and 31 offers more that move less" in page(hannah)


# --- Setting the gate


def test_an_administrator_sets_the_gate(cast: Cast, client_of: ClientOf, workspace: Workspace) -> None:
    adam = client_of(cast.adam)
    assert "Nobody has set it yet" in page(adam, GATE)
    assert adam.post(GATE, {"mode": "hold", "points": "2.5"}).headers["Location"] == GATE
    gate = Gate.objects.in_force()
    assert (gate.mode, gate.margin, gate.set_by) == ("hold", 0.025, cast.adam)
    shown = page(adam, GATE)
    assert 'value="2.5"' in shown
    assert "Adam Novak" in shown


@pytest.mark.parametrize("typed", [{"mode": "shut", "points": "1"}, {"mode": "hold", "points": "-1"}, {"mode": "hold"}])
def test_what_is_no_gate_is_refused(
    cast: Cast, client_of: ClientOf, workspace: Workspace, typed: dict[str, str]
) -> None:
    assert client_of(cast.adam).post(GATE, typed).status_code == 422
    assert not Gate.objects.exists()


def test_only_administrators_set_the_gate(hannah: Client, cast: Cast, client_of: ClientOf, offer: Offer) -> None:
    assert (hannah.get(GATE).status_code, hannah.post(GATE, {"mode": "off", "points": "1"}).status_code) == (404, 404)
    assert GATE not in page(hannah)
    assert GATE in page(client_of(cast.adam))
