"""The estimate in front of publishing, in a real browser: it comes by itself, can be left, and decides."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from tests.engine_room import EngineRoom
from tests.estimates import EstimatingEngine, estimating, found, nothing_compared
from tests.workspace import Workspace

from tradewind.crm.decisions import operations
from tradewind.crm.decisions.models import Estimate, Gate, Publication
from tradewind.crm.identity.models import User

NEXT = "/marketing/publications/next/"


@pytest.fixture
def engine(engine_room: EngineRoom, settings: Settings) -> Iterator[EstimatingEngine]:
    with estimating(engine_room.running.url) as door:
        settings.TRADEWIND_ENGINE_URL = door.url
        yield door


@pytest.fixture
def hannah(workspace: Workspace, engine: EstimatingEngine, sign_in: Callable[[User], None], page: Page) -> Page:
    """Hannah, with one offer that runs and is worth more since."""
    now = timezone.now()
    offer = workspace.released("O-1", now=now)
    workspace.released("O-2", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    offer.value = Decimal(12)
    offer.save()
    sign_in(workspace.cast.hannah)
    return page


def set_gate(workspace: Workspace, mode: str) -> None:
    operations.set_gate(mode=mode, margin=0.01, actor=workspace.cast.adam, now=timezone.now())


def test_an_estimate_comes_by_itself_is_left_found_again_and_published(
    hannah: Page, engine: EstimatingEngine, site: str
) -> None:
    page = hannah
    page.goto(site + NEXT)
    bar = page.get_by_role("progressbar", name="Estimating")
    expect(bar).to_be_visible()
    engine.reach(210)
    expect(bar).to_have_attribute("value", "0.5")
    expect(page.get_by_role("status").filter(has_text="50 per cent")).to_have_count(1)

    page.goto(f"{site}/marketing/offers/")
    engine.finish(found("better"))
    page.goto(site + NEXT)
    expect(page.get_by_text("It would do better than what runs.")).to_be_visible()
    expect(page.get_by_role("img", name="25.0 %, between 22.0 and 28.0 %")).to_be_visible()
    page.get_by_role("button", name="Publish 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Publication 2")
    expect(page.get_by_text("Estimated beforehand for Hannah Lindqvist")).to_be_visible()
    assert Publication.objects.get(number=2).estimate == Estimate.objects.get()


def test_a_held_draft_opens_under_the_reader_is_ticked_and_published(
    hannah: Page, workspace: Workspace, engine: EstimatingEngine, site: str
) -> None:
    set_gate(workspace, Gate.Mode.HOLD)
    page = hannah
    page.goto(site + NEXT)
    button = page.get_by_role("button", name="Publish 2")
    expect(page.get_by_role("progressbar", name="Estimating")).to_be_visible()
    expect(button).to_be_disabled()
    engine.finish(nothing_compared())
    expect(page.get_by_text("Wait until customers have answered, then estimate again.")).to_be_visible()
    tick = page.get_by_label("Publish without evidence")
    expect(tick).to_be_visible()
    button.click()
    assert Publication.objects.count() == 1, "the tick is required"
    tick.check()
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Publication 2")
    expect(page.get_by_text("Published without evidence")).to_be_visible()
    assert Publication.objects.get(number=2).without_evidence


def test_what_would_do_worse_stays_held(
    hannah: Page, workspace: Workspace, engine: EstimatingEngine, site: str
) -> None:
    set_gate(workspace, Gate.Mode.HOLD)
    page = hannah
    page.goto(site + NEXT)
    expect(page.get_by_role("progressbar", name="Estimating")).to_be_visible()
    engine.finish(found("worse"))
    expect(page.get_by_text("It would do worse than what runs.")).to_be_visible()
    expect(page.locator("#held")).to_contain_text("by the estimate it would do worse")
    expect(page.get_by_role("button", name="Publish 2")).to_be_disabled()
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(  # noqa: PLR0917
    hannah: Page,
    workspace: Workspace,
    engine: EstimatingEngine,
    site: str,
    serious_faults: Callable[[], list[str]],
    theme: str,
) -> None:
    set_gate(workspace, Gate.Mode.HOLD)
    workspace.cast.hannah.theme = theme
    workspace.cast.hannah.save()
    page = hannah
    page.goto(site + NEXT)
    expect(page.get_by_role("progressbar", name="Estimating")).to_be_visible()
    assert serious_faults() == []
    engine.finish(found("not enough evidence"))
    expect(page.get_by_label("Publish without evidence")).to_be_visible()
    assert serious_faults() == []


def test_the_gates_own_page_has_nothing_serious(
    workspace: Workspace,
    sign_in: Callable[[User], None],
    page: Page,
    site: str,
    serious_faults: Callable[[], list[str]],
) -> None:
    set_gate(workspace, Gate.Mode.HOLD)
    sign_in(workspace.cast.adam)
    page.goto(f"{site}/marketing/publications/gate/")
    expect(page.get_by_label("hold: a draft that would do worse is not published")).to_be_checked()
    assert serious_faults() == []
