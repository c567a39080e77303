"""A marketer at work in a real browser: write an offer, mend its rule, release it, publish it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from tests.cast import build_cast
from tests.engines import RunningEngine, start_engine
from tests.workspace import Workspace, build_workspace

from tradewind.crm.decisions import operations
from tradewind.crm.decisions.models import Publication
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer
from tradewind.engine.service.keys import Keyring


@pytest.fixture
def workspace(live_server: LiveServer) -> Workspace:
    return build_workspace(build_cast())


@pytest.fixture
def engine(tmp_path: Path, settings: Settings) -> Iterator[RunningEngine]:
    running = start_engine(tmp_path / "engine")
    keyring = Keyring(running.data / "keys.sqlite")
    scopes = ("publish", "decide", "read")
    settings.TRADEWIND_ENGINE_KEY = keyring.create(name="crm", scopes=scopes, now=int(timezone.now().timestamp()))
    settings.TRADEWIND_ENGINE_URL = running.url
    keyring.close()
    yield running
    running.stop()


@pytest.fixture
def hannah(workspace: Workspace, sign_in: Callable[[User], None], page: Page, site: str) -> Page:
    sign_in(workspace.cast.hannah)
    page.goto(f"{site}/marketing/")
    return page


@pytest.mark.usefixtures("engine")
def test_a_marketer_writes_mends_releases_and_publishes_an_offer(hannah: Page) -> None:
    page = hannah
    page.get_by_role("link", name="New offer").click()
    page.get_by_label("Title", exact=False).first.fill("Trade in and save")
    page.get_by_label("Campaign").select_option("Back to campus")
    page.get_by_label("Group").select_option("Care")
    page.get_by_text("Message", exact=True).click()
    page.get_by_label("Phone: Desk").check()
    page.get_by_label("Name").fill("Students")
    rule = page.locator("#id_profile-0-rule")
    rule.fill("customer.is_student &&\ncustomer.tenure_month > 3.0")
    live = page.locator(".rule-text:has(#id_profile-0-rule) .rule-check")
    expect(live).to_contain_text("Line 2, column 1")
    page.get_by_label("Why it suits them, in English").fill("Students trade in most often.")
    page.locator("#id_text-call-center-en-title").fill("A new machine, {{ customer.first_name }}?")
    expect(page.locator("#preview-text-call-center-en")).to_contain_text("A new machine, Maya?")

    page.get_by_role("button", name="Save").last.click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("One thing needs attention")
    summary.get_by_role("link").click()
    expect(rule).to_be_focused()
    assert not Offer.objects.exists()

    rule.fill("customer.is_student && customer.tenure_months > 3.0")
    expect(live).to_contain_text("The rule reads well.")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trade in and save")

    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_text("O-101 is in review.")).to_be_visible()
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_text("the next publication takes it")).to_be_visible()

    page.get_by_role("link", name="See what the next publication changes").click()
    expect(page.get_by_text("The engine has checked it and would take it.")).to_be_visible()
    page.get_by_role("button", name="Publish 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Publication 1")
    assert [offer.offer.code for offer in Publication.objects.get().offers.all()] == ["O-101"]


def test_profiles_are_added_moved_and_removed_without_leaving_the_page(hannah: Page, site: str) -> None:
    page = hannah
    page.goto(f"{site}/marketing/offers/new/")
    page.locator("#id_title").fill("Kept while rows move")
    page.locator("#id_profile-0-name").fill("First")
    page.get_by_role("button", name="Profile", exact=True).click()
    page.locator("#id_profile-1-name").fill("Second")
    page.get_by_role("button", name="Move profile 2 up").click()
    expect(page.locator("#id_profile-0-name")).to_have_value("Second")
    page.get_by_role("button", name="Remove profile 2").click()
    expect(page.locator("#id_profile-1-name")).to_have_count(0)
    expect(page.locator("#id_title")).to_have_value("Kept while rows move")
    assert page.url.endswith("/marketing/offers/new/")


def test_a_fault_of_a_text_opens_its_tab(hannah: Page, workspace: Workspace, engine: RunningEngine, site: str) -> None:
    page = hannah
    offer = workspace.draft("O-1", now=timezone.now())
    page.goto(f"{site}/marketing/offers/{offer.code}/")
    expect(page.locator("#id_text-web-ro-body")).to_be_hidden()
    page.get_by_role("link", name="Web, Romanian").click()
    page.locator("#id_text-web-ro-body").fill("Numai corpul")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("#id_text-web-ro-title")).to_be_visible()
    expect(page.locator("#id_text-web-ro-title")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(  # noqa: PLR0917
    hannah: Page,
    workspace: Workspace,
    engine: RunningEngine,
    site: str,
    serious_faults: Callable[[], list[str]],
    theme: str,
) -> None:
    page, now = hannah, timezone.now()
    offer = workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    offer.title = "Changed since"
    offer.value = 12
    offer.save()
    workspace.cast.hannah.theme = theme
    workspace.cast.hannah.save()
    for path in (
        "",
        "offers/",
        "offers/new/",
        "offers/O-1/",
        "offers/O-1/predictor/",
        "offers/O-1/closure/",
        "offers/O-1/stop/",
        "campaigns/",
        "campaigns/back-to-campus/",
        "publications/",
        "publications/1/",
        "publications/next/",
        "toolkit/",
        "toolkit/placements/desk/",
    ):
        page.goto(f"{site}/marketing/{path}")
        assert serious_faults() == [], path
    operations.stop(offer=offer, actor=workspace.cast.hannah, now=now, note="Wrong price")
    for path in ("offers/O-1/", "offers/O-1/predictor/", "offers/O-1/resumption/", "offers/?status=stopped"):
        page.goto(f"{site}/marketing/{path}")
        assert serious_faults() == [], path


@pytest.mark.usefixtures("engine")
def test_an_offer_is_written_and_published_without_javascript(browser: object, workspace: Workspace, site: str) -> None:
    from django.conf import settings
    from playwright.sync_api import Browser

    assert isinstance(browser, Browser)
    client = Client()
    client.force_login(workspace.cast.hannah)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/marketing/offers/new/?campaign=back-to-campus")
    page.locator("#id_title").fill("No script at all")
    page.locator("#id_purpose_1").check(force=True)
    page.locator("#id_group").select_option("Care")
    page.get_by_label("Phone: Desk").check()
    page.locator("#id_profile-0-name").fill("Students")
    page.locator("#id_profile-0-rule").fill("customer.is_student")
    page.get_by_role("button", name="Profile", exact=True).click()
    page.locator("#id_profile-1-name").fill("Everybody else")
    page.locator("#id_text-call-center-en-title").fill("A new machine?")
    page.locator("aside").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No script at all")
    page.get_by_role("button", name="Send for review").click()
    page.get_by_role("button", name="Release").click()
    page.goto(f"{site}/marketing/publications/next/")
    page.get_by_role("button", name=re.compile("Publish")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Publication 1")
    assert [profile.name for profile in Offer.objects.get().profiles.all()] == ["Students", "Everybody else"]
    context.close()
