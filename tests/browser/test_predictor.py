"""The time slider of a predictor in a real browser: by keyboard, by mouse, by the story, and without script."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.engine_room import EngineRoom
from tests.grown import Grown
from tests.workspace import Workspace

from tradewind.crm.decisions import operations
from tradewind.crm.identity.models import User

WHERE = "/marketing/offers/O-1/predictor/"


@pytest.fixture
def grown(workspace: Workspace, engine_room: EngineRoom) -> Grown:
    """A predictor that was split, drifted in one part, and answered between."""
    workspace.released("O-1", now=timezone.now())
    operations.publish(actor=workspace.cast.hannah, now=timezone.now())
    grown = Grown(engine_room.running, "O-1")
    grown.answer(6, months=20)
    grown.answer(6, months=500, outcome="rejected")
    grown.split()
    grown.answer(2, months=500)
    grown.drift((1,))
    return grown


@pytest.fixture
def hannah(workspace: Workspace, grown: Grown, sign_in: Callable[[User], None], page: Page, site: str) -> Page:
    sign_in(workspace.cast.hannah)
    page.goto(f"{site}{WHERE}")
    return page


def nodes(page: Page) -> int:
    return page.locator("ul.grown .node").count()


def test_the_slider_is_moved_by_keyboard(hannah: Page, grown: Grown) -> None:
    page, slider = hannah, hannah.get_by_label("The profiles as they were")
    assert nodes(page) == 3
    slider.focus()
    expect(slider).to_have_attribute("aria-valuetext", "Now")
    page.keyboard.press("Home")
    expect(page.locator("#h-profiles")).to_contain_text("Recipient profiles. Before the first change")
    assert nodes(page) == 1
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^Before the first change"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#h-profiles")).to_contain_text("Recipient profiles just after")
    expect(page.get_by_text("new since")).to_have_count(2)
    expect(page.locator("#stop-says")).to_contain_text("was split by “tenure_months”")
    expect(page).to_have_url(re.compile(rf"\?position={grown.positions[0]}$"))
    page.reload()
    expect(slider).to_have_value("1")
    page.go_back()
    expect(page.locator("#h-profiles")).to_contain_text("Recipient profiles. Before the first change")


def test_the_slider_is_moved_by_mouse_and_the_story_moves_it(hannah: Page, grown: Grown) -> None:
    page, slider = hannah, hannah.get_by_label("The profiles as they were")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 4, box["y"] + box["height"] / 2, steps=4)
    expect(page.locator("#stop-says")).to_contain_text("Before the first change")
    page.mouse.up()
    expect(page.locator("#h-profiles")).to_contain_text("Recipient profiles. Before the first change")
    page.get_by_role("link", name="was split by").click()
    expect(slider).to_have_value("1")
    expect(page.locator(f"#change-{grown.positions[0]}")).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(rf"\?position={grown.positions[0]}$"))
    page.locator("ul.grown summary").click()
    expect(page.locator("ul.grown ul .node").first).to_be_hidden()


def test_another_stop_may_be_compared_with(hannah: Page, grown: Grown) -> None:
    hannah.get_by_label("Compared with").select_option(index=1)
    expect(hannah.get_by_text("Points say how each has moved since this stop")).to_be_visible()
    expect(hannah.get_by_text("new since")).to_have_count(2)


def test_the_slider_works_without_javascript(workspace: Workspace, grown: Grown, browser: Browser, site: str) -> None:
    client = Client()
    client.force_login(workspace.cast.hannah)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    page = context.new_page()
    page.goto(f"{site}{WHERE}")
    page.get_by_label("The profiles as they were").focus()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#h-profiles")).to_contain_text("Recipient profiles. Before the first change")
    page.get_by_role("link", name="was split by").click()
    expect(page.locator("#h-profiles")).to_contain_text("Recipient profiles just after")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(  # noqa: PLR0917
    hannah: Page, workspace: Workspace, grown: Grown, site: str, serious_faults: Callable[[], list[str]], theme: str
) -> None:
    workspace.cast.hannah.theme = theme
    workspace.cast.hannah.save()
    for asked in ("", f"?position={grown.positions[0]}", "?position=99999999"):
        hannah.goto(f"{site}{WHERE}{asked}")
        assert serious_faults() == [], asked
