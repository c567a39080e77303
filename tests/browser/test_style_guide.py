"""Every component, looked at by a browser: both themes, both languages, desk and phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as project
from playwright.sync_api import Page, expect
from tests.cast import Cast

from tradewind.crm.identity.models import User

SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.fixture(autouse=True)
def everybody_may_look(settings: LazySettings, chart_bundle: Path) -> None:
    settings.DEMO = True


@pytest.fixture
def guide(page: Page, site: str) -> Callable[..., Page]:
    def opened(*, theme: str = "light", language: str = "en", size: str = "desk") -> Page:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.context.add_cookies(
            [
                {"name": "tradewind_theme", "value": theme, "url": site},
                {"name": project.LANGUAGE_COOKIE_NAME, "value": language, "url": site},
            ]
        )
        page.goto(f"{site}/ui/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("#sample-chart .plot svg")).to_be_visible()
        return page

    return opened


@pytest.mark.parametrize(
    ("theme", "language", "size"),
    [("light", "en", "desk"), ("dark", "en", "phone"), ("dark", "ro", "desk"), ("light", "ro", "phone")],
)
def test_nobody_is_shut_out(
    guide: Callable[..., Page], serious_faults: Callable[[], list[str]], theme: str, language: str, size: str
) -> None:
    guide(theme=theme, language=language, size=size)
    assert serious_faults() == []


@pytest.mark.parametrize("language", ["en", "ro"])
def test_a_phone_needs_no_sideways_scrolling(guide: Callable[..., Page], language: str) -> None:
    page = guide(size="phone", language=language)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_chart_replaces_its_table_and_can_bring_it_back(guide: Callable[..., Page]) -> None:
    page = guide()
    table = page.locator("#sample-chart .ledger")
    expect(table).to_be_hidden()
    page.locator("#sample-chart summary").click()
    expect(table).to_be_visible()


def test_a_chart_takes_the_colours_of_the_theme(guide: Callable[..., Page]) -> None:
    line = "#sample-chart .mark-line path"
    light = guide(theme="light").locator(line).first.get_attribute("stroke")
    dark = guide(theme="dark").locator(line).first.get_attribute("stroke")
    assert light
    assert dark
    assert light != dark


def test_a_question_mark_shows_the_shortcuts(guide: Callable[..., Page]) -> None:
    page = guide()
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#shortcuts")).to_be_hidden()


def test_j_and_k_walk_a_list(guide: Callable[..., Page]) -> None:
    page = guide()
    chosen = page.locator("[data-list] [data-selected]").first
    page.keyboard.press("j")
    expect(chosen).to_contain_text("Camden High Street")
    page.keyboard.press("j")
    expect(chosen).to_contain_text("Holloway Road")
    page.keyboard.press("k")
    expect(chosen).to_contain_text("Camden High Street")
    expect(chosen.locator("a")).to_be_focused()


def test_a_digit_chooses_an_entry(guide: Callable[..., Page]) -> None:
    page = guide()
    page.keyboard.press("3")
    expect(page.locator("[data-list] [data-selected]").first).to_contain_text("Tooting Bec")


def test_a_letter_typed_into_a_field_stays_there(guide: Callable[..., Page]) -> None:
    page = guide()
    field = page.locator("#clean_title")
    field.click()
    page.keyboard.type("jk?")
    expect(field).to_have_value("jk?")
    expect(page.locator("dialog#shortcuts")).to_be_hidden()


def test_a_question_is_asked_over_the_page(guide: Callable[..., Page]) -> None:
    page = guide()
    page.locator("[data-opens=sample-question]").click()
    question = page.locator("dialog#sample-question")
    expect(question).to_be_visible()
    question.get_by_role("button", name="Keep it").click()
    expect(question).to_be_hidden()


def test_the_theme_is_switched_in_the_menu_of_the_person(
    page: Page, site: str, cast: Cast, sign_in: Callable[[User], None], serious_faults: Callable[[], list[str]]
) -> None:
    sign_in(cast.adam)
    page.goto(f"{site}/ui/")
    page.locator(".person > summary").click()
    assert serious_faults() == []
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_without_scripts_the_table_stands_in_for_the_chart(guide: Callable[..., Page], page: Page, site: str) -> None:
    guide()
    context = page.context.browser
    assert context is not None
    plain = context.new_page(java_script_enabled=False)
    plain.goto(f"{site}/ui/")
    expect(plain.locator("#sample-chart .ledger")).to_be_visible()
    plain.close()


def test_losing_the_network_is_said_and_so_is_its_return(guide: Callable[..., Page]) -> None:
    page = guide()
    said = page.locator("[data-trouble=unreachable]")
    expect(said).to_be_hidden()
    page.context.set_offline(True)
    expect(said).to_be_visible()
    page.context.set_offline(False)
    expect(said).to_be_hidden()
