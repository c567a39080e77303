"""A company becomes a partner in a browser: it registers, is approved, comes in, and is onboarded."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from tests.cast import Cast

from tradewind.crm.identity.models import User
from tradewind.crm.mail.models import KeptMail

PASSWORD = "a-long-password-9"


@pytest.fixture(autouse=True)
def demo(settings: LazySettings) -> None:
    """Letters are kept and shown."""
    settings.DEMO = True
    settings.MAILERS = {"default": {"BACKEND": "tradewind.crm.mail.backend.RowsBackend"}}


def open_letter(page: Page, site: str) -> None:
    """Follow the link of the letter that came last."""
    page.goto(f"{site}/mail/")
    page.locator("article").first.get_by_role("link").click()


def test_a_company_registers_is_approved_and_is_onboarded(
    page: Page,
    site: str,
    cast: Cast,
    sign_in: Callable[[User], None],
    serious_faults: Callable[[], list[str]],
) -> None:
    page.goto(f"{site}/become-a-partner/")
    assert serious_faults() == []
    for label, text in (
        ("Company", "Șoimul Computers SRL"),
        ("VAT id or CUI", "18547291"),
        ("City", "Iași"),
        ("Postcode", "700001"),
        ("Contact person", "Ana Munteanu"),
        ("E-mail address", "ana@soimul.example"),
    ):
        page.get_by_role("textbox", name=label).fill(text)
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".error-summary")).to_contain_text("The check digit of 18547291 is wrong")
    page.get_by_role("textbox", name="VAT id or CUI").fill("18547290")
    page.get_by_role("button", name="Register").click()
    expect(page.locator("h1")).to_have_text("Look into your mailbox")
    open_letter(page, site)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("h1")).to_have_text("Thank you")

    sign_in(cast.claire)
    page.goto(f"{site}/channel/")
    assert serious_faults() == []
    page.get_by_role("link", name="Șoimul Computers SRL wants to become a partner").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("Ana Munteanu is invited")
    page.context.clear_cookies()

    open_letter(page, site)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_label("Email").fill("ana@soimul.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("button[type=submit][data-kind=primary]").click()
    expect(page.locator(".person > summary")).to_have_attribute("aria-label", "Ana Munteanu")

    sign_in(cast.claire)
    page.goto(f"{site}/channel/partners/?status=onboarding")
    page.get_by_role("link", name="Șoimul Computers SRL").click()
    assert serious_faults() == []
    expect(page.get_by_role("button", name="Make active")).to_be_disabled()
    while (still := page.locator("button[aria-label^='Done:']")).count():
        still.first.click()
        page.wait_for_load_state()
    page.get_by_role("button", name="Make active").click()
    expect(page.locator("main .badge").first).to_have_text("Active")
    assert KeptMail.objects.count() == 2
