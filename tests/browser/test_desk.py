"""A call at the desk, by keyboard: offers, answers, the engine away in the middle and back, the wrap-up."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.engine_room import EngineRoom
from tests.workspace import Workspace

from tradewind.crm.decisions import operations as decisions
from tradewind.crm.decisions.models import Answer, Outbox
from tradewind.crm.identity.models import User
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.parties.models import Channel, Purpose

type SignIn = Callable[[User], None]
type Faults = Callable[[], list[str]]


@pytest.fixture
def published(workspace: Workspace, engine_room: EngineRoom) -> Workspace:
    now = timezone.now()
    for code, value in (("O-1", 50), ("O-2", 40), ("O-3", 30), ("O-4", 20)):
        workspace.released(code, now=now, value=value)
    decisions.publish(actor=workspace.cast.hannah, now=now)
    return workspace


@pytest.fixture
def desk(page: Page, site: str, sign_in: SignIn, published: Workspace) -> Page:
    """Daniel has found Maya and talks with her."""
    sign_in(published.cast.daniel)
    page.goto(f"{site}/desk/")
    page.keyboard.type("thompson")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Maya Thompson").click()
    page.get_by_text("battery", exact=True).click()
    page.get_by_role("button", name="Start the conversation").click()
    expect(page.get_by_role("heading", name="3 offers for Maya")).to_be_visible()
    return page


def first_title(page: Page) -> str:
    return page.locator(".offer[data-selected] h3").inner_text()


def given(page: Page, offer: str) -> str:
    """The row of the answer to an offer, as read."""
    row = page.locator("section[aria-labelledby=given] tr", has_text=offer)
    expect(row).to_be_visible()
    return row.inner_text()


def test_a_call_is_held_by_keyboard(desk: Page, engine_room: EngineRoom) -> None:
    first = first_title(desk)
    desk.keyboard.press("a")
    assert "accepted" in given(desk, first)
    expect(desk.locator(".toast[data-passes]")).to_contain_text(first)
    expect(desk.get_by_role("heading", name="3 offers for Maya")).to_be_focused()

    second = desk.locator(".offer h3").nth(1).inner_text()
    desk.keyboard.press("j")
    expect(desk.locator(".offer[data-selected] h3")).to_have_text(second)
    desk.keyboard.press("n")
    assert "not_now" in given(desk, second)
    expect(desk.locator(".offer h3", has_text=second)).to_have_count(0)
    assert [line.rpartition(" ")[2] for line in engine_room.responses()] == ["accepted", "not_now"]

    desk.keyboard.press("w")
    with desk.expect_response(lambda response: response.url.endswith("/note/")):
        desk.keyboard.type("Battery lasts an hour.")
    assert Conversation.objects.get().note == "Battery lasts an hour."
    desk.locator(".call-bar").get_by_role("button", name="End the conversation").click()
    expect(desk.get_by_text("This conversation has ended.")).to_be_visible()
    expect(desk.get_by_text("Battery lasts an hour.")).to_be_visible()
    expect(desk.locator(".offer button")).to_have_count(0)


def test_a_note_being_typed_outlives_an_answer(desk: Page) -> None:
    note = desk.get_by_label("Note")
    note.fill("Half a sent")
    desk.locator(".offer[data-selected]").get_by_role("button", name="accepted").click()
    expect(desk.locator("section[aria-labelledby=given]")).to_be_visible()
    expect(note).to_have_value("Half a sent")


def test_another_reason_asks_again(desk: Page) -> None:
    with desk.expect_response(lambda response: response.url == desk.url and response.ok):
        desk.get_by_text("invoice", exact=True).click()
    expect(desk.get_by_label("invoice", exact=True)).to_be_checked()
    expect(desk.locator(".offer")).to_have_count(3)
    held = Conversation.objects.get()
    assert str(held.reason) == "invoice"
    assert held.decision_links.count() == 2


def test_the_engine_goes_in_the_middle_of_a_call_and_comes_back(desk: Page, engine_room: EngineRoom) -> None:
    first = first_title(desk)
    engine_room.stop()
    desk.keyboard.press("a")
    expect(desk.get_by_text("The offer engine has been away since")).to_be_visible()
    expect(desk.get_by_role("heading", name="Standing offers")).to_be_visible()
    expect(desk.get_by_text("not estimated").first).to_be_visible()
    assert "waits to be sent" in given(desk, first)

    engine_room.start()
    Outbox.objects.update(next_attempt_at=timezone.now())
    decisions.forward(now=timezone.now())
    desk.get_by_role("button", name="Try now").click()
    expect(desk.get_by_text("has been away")).to_have_count(0)
    expect(desk.locator(".offer .propensity").first).to_be_visible()
    assert "told at" in given(desk, first)
    assert engine_room.responses() == [f"{first.removeprefix('Buy ')} accepted"]


def test_the_desk_works_without_scripts(browser: Browser, desk: Page) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=desk.context.storage_state())
    plain = context.new_page()
    plain.goto(desk.url)
    plain.locator(".offer").first.get_by_role("button", name="rejected").click()
    expect(plain.get_by_role("heading", name="Answers in this conversation")).to_be_visible()
    plain.get_by_label("invoice", exact=True).check(force=True)
    plain.get_by_role("button", name="Change the reason").click()
    plain.get_by_label("Note").fill("Plain")
    plain.get_by_role("button", name="Keep the note").click()
    plain.locator("#wrap-up").get_by_role("button", name="End the conversation").click()
    expect(plain.get_by_text("This conversation has ended.")).to_be_visible()
    context.close()
    held = Conversation.objects.get()
    assert (str(held.reason), held.note, held.is_open) == ("invoice", "Plain", False)
    assert Answer.objects.count() == 1


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)])
def test_nobody_is_shut_out(desk: Page, published: Workspace, serious_faults: Faults, theme: str, width: int) -> None:
    published.cast.maya.record_consent(
        Purpose.MARKETING, Channel.PHONE, given=False, actor=published.cast.daniel, now=timezone.now()
    )
    desk.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    desk.set_viewport_size({"width": width, "height": 844})
    desk.locator(".offer").first.get_by_role("button", name="accepted").click()
    expect(desk.locator("section[aria-labelledby=given]")).to_be_visible()
    held = desk.url
    site = held.partition("/desk/")[0]
    pages = [
        held,
        f"{site}/desk/",
        f"{site}/desk/?q=a",
        f"{site}/desk/customers/{published.cast.maya.number}/",
        f"{site}/desk/conversations/",
        f"{site}/desk/waiting/",
    ]
    faults = {}
    for url in pages:
        desk.goto(url)
        for details in desk.locator("details.more").all():
            details.locator("summary").first.click()
        desk.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
        faults[url] = serious_faults()
        assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), url
    assert {url: found for url, found in faults.items() if found} == {}
