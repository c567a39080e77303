"""A partner manager brings an employee in, who sees the company's work and works on the own part of it alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.cast import Cast
from tests.channel import Channel, build_channel
from tests.partnership import enlisted

from tradewind.crm.channel.models import Status
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Membership
from tradewind.crm.sales.models import Lead

PASSWORD = "a-long-password-9"


@pytest.fixture(autouse=True)
def demo(settings: LazySettings) -> None:
    """Letters are kept and shown."""
    settings.DEMO = True
    settings.MAILERS = {"default": {"BACKEND": "tradewind.crm.mail.backend.RowsBackend"}}


@pytest.fixture
def channel(cast: Cast) -> Channel:
    partner = enlisted(cast.camden, actor=cast.claire, now=timezone.now())
    partner.become(Status.APPROVED, actor=cast.claire, now=timezone.now())
    User.objects.filter(pk=cast.petra.pk).update(language="en")
    return build_channel(cast)


def test_a_manager_adds_an_employee_who_works_on_the_own_leads_only(
    page: Page,
    site: str,
    channel: Channel,
    sign_in: Callable[[User], None],
    serious_faults: Callable[[], list[str]],
) -> None:
    sign_in(channel.cast.petra)
    page.goto(f"{site}/partner/")
    expect(page.locator("h1")).to_have_text("Hello, Petra")
    assert serious_faults() == []
    page.get_by_role("link", name="Team").click()
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_role("textbox", name="Name").fill("Nora Pop")
    page.get_by_role("textbox", name="E-mail address").fill("nora@camden.example")
    assert serious_faults() == []
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("row", name="Nora Pop")).to_contain_text("invited")
    lead = channel.objects[Lead]["own"]
    page.goto(f"{site}/partner/leads/{lead.pk}/")
    page.get_by_label("Who works on it").select_option(label="Nora Pop")
    page.get_by_role("button", name="Hand on").click()
    expect(page.locator(".timeline")).to_contain_text("Given to Nora Pop")
    assert serious_faults() == []
    page.context.clear_cookies()

    page.goto(f"{site}/mail/")
    page.locator("article").first.get_by_role("link").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_label("Email").fill("nora@camden.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("button[type=submit][data-kind=primary]").click()

    expect(page.locator("h1")).to_have_text("Hello, Nora")
    mine = page.get_by_role("region").or_(page.locator("section")).filter(has=page.locator("#mine"))
    expect(mine.first).to_contain_text("own")
    page.get_by_role("link", name="Leads", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert "MARK-OF-THE-RIVAL" not in page.content()
    page.get_by_role("link", name="paul's").click()
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    page.goto(f"{site}/partner/leads/{lead.pk}/")
    page.get_by_role("button", name="Start working on it").click()
    expect(page.locator(".timeline")).to_contain_text("Work has begun")
    page.goto(f"{site}/partner/team/")
    expect(page.get_by_role("link", name="Invite somebody")).to_have_count(0)


def test_who_works_for_two_switches_in_the_head_of_the_page(
    page: Page, site: str, channel: Channel, sign_in: Callable[[User], None], serious_faults: Callable[[], list[str]]
) -> None:
    other = Membership.objects.create(
        user=channel.cast.petra, organisation=channel.cast.borough, since_date=timezone.localdate()
    )
    other.give(Role.PARTNER_EMPLOYEE, actor=channel.cast.adam, now=timezone.now())
    sign_in(channel.cast.petra)
    page.goto(f"{site}/partner/leads/")
    expect(page.locator("main")).to_contain_text("You work for Camden Computers now.")
    assert serious_faults() == []
    page.get_by_role("button", name="Switch to Borough Laptops").click()
    expect(page.locator("main")).to_contain_text("You work for Borough Laptops now.")
    page.goto(f"{site}/partner/leads/")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody")).not_to_contain_text("paul's")
