"""The way in: with a password, with one click in the demo, in both languages and themes."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from tests.cast import PASSWORD, Cast


@pytest.fixture
def entrance(page: Page, site: str, cast: Cast, settings: LazySettings) -> str:
    settings.DEMO = True
    return f"{site}/accounts/login/"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nobody_is_shut_out(
    page: Page, entrance: str, serious_faults: Callable[[], list[str]], theme: str, width: int
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(entrance)
    assert serious_faults() == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_address_and_password_sign_in(page: Page, entrance: str, cast: Cast) -> None:
    page.goto(entrance)
    page.get_by_label("Email").fill(cast.petra.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("button[type=submit][data-kind=primary]").click()
    expect(page.locator(".person > summary")).to_have_attribute("aria-label", cast.petra.name)


def test_a_wrong_password_is_said_once_and_the_address_kept(page: Page, entrance: str, cast: Cast) -> None:
    page.goto(entrance)
    page.get_by_label("Email").fill(cast.petra.email)
    page.get_by_label("Password").fill("not this one")
    page.locator("button[type=submit][data-kind=primary]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Email")).to_have_value(cast.petra.email)


def test_one_click_signs_in_as_a_member_of_the_demo(page: Page, entrance: str, cast: Cast) -> None:
    page.goto(entrance)
    page.get_by_role("button", name=cast.farah.name).click()
    expect(page.locator(".person > summary")).to_have_attribute("aria-label", cast.farah.name)


def test_the_language_is_switched_before_signing_in(page: Page, entrance: str) -> None:
    page.goto(entrance)
    page.get_by_role("button", name="Română").click()
    expect(page.locator("html")).to_have_attribute("lang", "ro")
    expect(page.locator("h1")).to_have_text("Autentificare")


def test_signing_out_ends_the_session(page: Page, entrance: str, cast: Cast) -> None:
    page.goto(entrance)
    page.get_by_role("button", name=cast.farah.name).click()
    page.locator(".person > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    page.goto(entrance.replace("/accounts/login/", "/"))
    expect(page.locator("h1")).to_have_text("Sign in")


def test_the_way_in_works_without_scripts(page: Page, entrance: str, cast: Cast) -> None:
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(entrance)
    plain.get_by_role("button", name=cast.farah.name).click()
    expect(plain.locator(".person > summary")).to_have_attribute("aria-label", cast.farah.name)
    plain.close()


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/login/?next=/accounts/2fa/"])
def test_the_pages_around_it_are_open_to_all(
    page: Page, site: str, entrance: str, serious_faults: Callable[[], list[str]], path: str
) -> None:
    page.goto(f"{site}{path}")
    expect(page.locator("main .button[data-kind=primary]")).to_be_visible()
    assert serious_faults() == []
