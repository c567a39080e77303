"""The whole story in a browser: an offer is written and published, asked for, answered, and learnt from."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.engine_room import EngineRoom
from tests.workspace import Workspace

from tradewind.crm.identity.models import User

type SignIn = Callable[[User], None]

TITLE = "Two more years of care"
CALL_CENTER_TEXTS = {
    "en": ("Two more years of care", "{{ customer.first_name }}, shall we look after it?"),
    "ro": ("Încă doi ani de îngrijire", "{{ customer.first_name }}, să avem grijă de el?"),
}


def test_what_marketing_publishes_is_offered_answered_and_learnt(
    page: Page, site: str, sign_in: SignIn, workspace: Workspace, engine_room: EngineRoom
) -> None:
    sign_in(workspace.cast.hannah)
    code = write_an_offer(page, site)
    release_and_publish(page, site, code)
    before = propensity(page, site, code)

    change_person(page, sign_in, workspace.cast.daniel)
    accept_in_a_call(page, site, workspace.cast.maya.number)
    assert engine_room.responses() == [f"{code} accepted"]

    change_person(page, sign_in, workspace.cast.hannah)
    after = propensity(page, site, code)
    assert after > before
    expect(page.locator("ul.grown .node > span:nth-child(2)")).to_have_text("1 of 1")


def change_person(page: Page, sign_in: SignIn, user: User) -> None:
    page.context.clear_cookies()
    sign_in(user)


def write_an_offer(page: Page, site: str) -> str:
    """Fills the sheet in, meets a fault of the rule at its field, mends it. Returns the new offer's code."""
    page.goto(f"{site}/marketing/offers/new/")
    page.locator("[name=title]").fill(TITLE)
    for name in ("product", "group", "campaign"):
        page.locator(f"select[name={name}]").select_option(index=1)
    page.locator("[name=placements]").first.check()
    page.locator("[name=value]").fill("40")
    page.locator("[name=profile-0-name]").fill("Machines over a month old")
    page.locator("[name=profile-0-rule]").fill("machine.age_month >= 1")
    page.locator("[name=profile-0-suitability_en]").fill("The machine is no longer new.")
    page.locator("[name=profile-0-suitability_ro]").fill("Laptopul nu mai e nou.")
    for language, (title, pitch) in CALL_CENTER_TEXTS.items():
        page.locator(f".tabs a[href='#text-call-center-{language}']").click()
        page.locator(f"[name=text-call-center-{language}-title]").fill(title)
        page.locator(f"[name=text-call-center-{language}-pitch]").fill(pitch)
    save(page)
    rule = page.locator("[name=profile-0-rule]")
    expect(rule).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".error-summary")).to_contain_text("machine.age_months")
    expect(rule).to_have_value("machine.age_month >= 1")
    rule.fill("machine.age_months >= 1")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    return page.url.rstrip("/").rsplit("/", 1)[1]


def save(page: Page) -> None:
    page.locator("button[form=offer-form]").click()
    page.wait_for_load_state()


def release_and_publish(page: Page, site: str, code: str) -> None:
    for step in ("submission", "release"):
        page.goto(f"{site}/marketing/offers/{code}/")
        page.locator(f"button[formaction$='/{step}/']").click()
        page.wait_for_load_state()
    page.goto(f"{site}/marketing/publications/next/")
    page.get_by_role("button", name="Publish 1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Publication 1")
    expect(page).not_to_have_url(f"{site}/marketing/publications/next/")


def accept_in_a_call(page: Page, site: str, customer: str) -> None:
    page.goto(f"{site}/desk/?q={customer}")
    page.get_by_role("link", name="Maya Thompson").first.click()
    page.get_by_role("button", name="Start the conversation").click()
    offer = page.locator(".offer")
    expect(offer).to_have_count(1)
    expect(offer).to_contain_text("The machine is no longer new.")
    expect(offer).to_contain_text("Maya, shall we look after it?")
    offer.get_by_role("button", name="accepted").click()
    expect(page.get_by_text("Nothing to offer now")).to_be_visible()


def propensity(page: Page, site: str, code: str) -> float:
    page.goto(f"{site}/marketing/offers/{code}/predictor/")
    return float(page.locator(".stats .figure").first.inner_text().removesuffix("%").strip())
