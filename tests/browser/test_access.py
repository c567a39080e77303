"""An administrator writes a rule, looks at what it would change, saves it, and has one lead explained."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.cast import build_cast
from tests.channel import Channel, build_channel

from tradewind.crm.access import scope
from tradewind.crm.access.models import AccessRight, AccessRule
from tradewind.crm.identity.models import User
from tradewind.crm.sales.models import Lead


@pytest.fixture
def channel(transactional_db: None) -> Channel:
    return build_channel(build_cast())


@pytest.fixture
def adam(channel: Channel, sign_in: Callable[[User], None], page: Page) -> Page:
    sign_in(channel.cast.adam)
    return page


def write_the_rule(page: Page) -> None:
    page.get_by_role("link", name="New rule").click()
    page.get_by_role("link", name="Leads").click()
    page.get_by_label("Actors of the user").select_option(label="everybody")
    page.get_by_label("Actors of the object").select_option(label="everybody")
    page.get_by_label("Only those that").select_option(label="have no partner yet")
    page.get_by_role("textbox", name="Name", exact=False).first.fill("Leads to be picked")
    page.get_by_label("Code").fill("lead-free")
    page.get_by_label("Who").select_option(label="Partner employee")
    page.get_by_label("Read", exact=True).check()


def test_a_rule_is_written_tried_saved_and_explained(adam: Page, channel: Channel, site: str) -> None:
    page, lead = adam, channel.objects[Lead]["nobody's"]
    page.goto(f"{site}/access/explain/")
    page.get_by_label("Who").fill("paul")
    page.get_by_label("Objects").select_option(label="Leads")
    page.get_by_label("Which one").fill(str(lead.pk))
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Why Paul Marin may not")).to_be_visible()
    expect(page.get_by_text("nobody's has none of: its partner.").first).to_be_visible()

    page.goto(f"{site}/access/rules/")
    write_the_rule(page)
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("link", name="Why: This field is required.")).to_be_visible()
    page.get_by_label("Why").fill("Employees pick what nobody has")
    page.get_by_role("button", name="See what would change").click()
    effect = page.get_by_role("region", name="What would change")
    expect(effect.get_by_role("row", name="Paul Marin")).to_contain_text("+1")
    expect(effect.get_by_role("row", name="Paul Marin")).to_contain_text("nobody's")
    expect(effect).to_be_focused()
    assert not AccessRule.objects.filter(code="lead-free").exists()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leads to be picked")
    assert lead in scope(channel.cast.paul, Lead)

    page.goto(f"{site}/access/explain/?kind=sales.lead&who=paul@camden.example&object={lead.pk}")
    expect(page.get_by_role("heading", name="Why Paul Marin may", exact=True)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Partner employee (Camden Computers): Read").click()
    page.get_by_label("Why").fill("It was only for a day")
    page.get_by_role("button", name="End the right").click()
    expect(page.get_by_role("heading", name="It has ended")).to_be_visible()
    assert lead not in scope(channel.cast.paul, Lead)


PAGES = {
    "overview": "",
    "rules": "rules/",
    "rule": "rules/lead-of-company/",
    "new rule": "rules/new/?kind=sales.lead",
    "rights": "rights/?state=all",
    "new right": "rights/new/",
    "groups": "groups/",
    "new group": "groups/new/",
    "explain": "explain/?kind=sales.lead&who=petra@camden.example&object={lead}",
    "review": "review/",
    "changes": "review/changes/",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(  # noqa: PLR0917
    adam: Page, channel: Channel, site: str, serious_faults: Callable[[], list[str]], theme: str, width: int
) -> None:
    User.objects.filter(pk=channel.cast.adam.pk).update(theme=theme)
    adam.set_viewport_size({"width": width, "height": 900})
    lead = channel.objects[Lead]["the rival's"].pk
    for name, path in PAGES.items():
        adam.goto(f"{site}/access/{path.format(lead=lead)}")
        assert serious_faults() == [], name
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not adam.evaluate(wide), name


def test_a_dry_run_has_nothing_serious(
    adam: Page, channel: Channel, site: str, serious_faults: Callable[[], list[str]]
) -> None:
    right = AccessRight.objects.get(rule__code="lead-of-company", role="partner_manager", action="read")
    adam.goto(f"{site}/access/rights/{right.pk}/")
    adam.get_by_role("button", name="See what would change").click()
    expect(adam.get_by_role("row", name="Petra Ionescu").first).to_contain_text("−3")
    assert serious_faults() == []
