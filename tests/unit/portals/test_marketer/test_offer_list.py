"""The list of offers: narrowed by its address, sorted, paged and exported under the same rules."""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from tests.cast import Cast
from tests.workspace import Workspace

from tradewind.crm.decisions.models import Decision
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign, OfferGroup
from tradewind.portals.marketer.acceptance import acceptance

LIST = "/marketing/offers/"
type ClientOf = Callable[[User], Client]


def codes(client: Client, query: str = "") -> list[str]:
    return [offer.code for offer, _known in client.get(LIST + query).context["rows"]]


def test_a_list_without_offers_says_what_to_do(hannah: Client, workspace: Workspace) -> None:
    page = hannah.get(LIST)
    assert "No offer yet" in page.content.decode()
    assert "/marketing/offers/new/" in page.content.decode()


def test_filters_that_fit_nothing_offer_the_way_back(hannah: Client, workspace: Workspace, now: datetime) -> None:
    workspace.draft("O-1", now=now)
    page = hannah.get(LIST + "?q=nowhere").content.decode()
    assert "No offer fits" in page
    assert "Show all offers" in page


def test_the_address_narrows_the_list(hannah: Client, workspace: Workspace, now: datetime) -> None:
    trade_in = OfferGroup.objects.create(code="trade-in", name="Trade-in")
    spring = Campaign.objects.create(
        code="spring",
        name="Spring",
        type=workspace.campaign.type,
        start_date=now.date(),
        owner=workspace.cast.hannah,
    )
    workspace.released("O-1", now=now, title="Longer care")
    workspace.draft("O-2", now=now, group=trade_in, display="always")
    web = workspace.draft("O-3", now=now, campaign=spring)
    web.placements.set([workspace.showroom])
    assert codes(hannah) == ["O-1", "O-2", "O-3"]
    assert codes(hannah, "?status=released") == ["O-1"]
    assert codes(hannah, "?channel=web") == ["O-3"]
    assert codes(hannah, "?display=always") == ["O-2"]
    assert codes(hannah, "?group=trade-in") == ["O-2"]
    assert codes(hannah, "?campaign=spring") == ["O-3"]
    assert codes(hannah, "?q=longer") == ["O-1"]
    assert codes(hannah, "?status=draft&channel=call-center") == ["O-2"]
    assert codes(hannah, "?status=nonsense&group=none&sort=nothing&page=x") == ["O-1", "O-2", "O-3"]


def test_an_offer_in_two_placements_of_a_channel_stands_once(
    hannah: Client, workspace: Workspace, now: datetime
) -> None:
    offer = workspace.draft("O-1", now=now)
    offer.placements.add(workspace.showroom)
    assert codes(hannah, "?channel=web") == codes(hannah, "?channel=call-center") == ["O-1"]


def test_columns_sort_both_ways(hannah: Client, workspace: Workspace, now: datetime) -> None:
    for code, value in (("O-1", 5), ("O-2", 30), ("O-3", 10)):
        workspace.draft(code, now=now, value=Decimal(value), ends_at=now + timedelta(days=value))
    assert codes(hannah, "?sort=value") == codes(hannah, "?sort=ends") == ["O-1", "O-3", "O-2"]
    assert codes(hannah, "?sort=-value") == ["O-2", "O-3", "O-1"]


def test_pages_hold_twenty_five_and_keep_the_filters(hannah: Client, workspace: Workspace, now: datetime) -> None:
    for number in range(27):
        workspace.draft(f"O-{number:02}", now=now)
    assert len(codes(hannah, "?status=draft")) == 25
    assert len(codes(hannah, "?status=draft&page=2")) == 2
    assert "status=draft&amp;page=2" in hannah.get(LIST + "?status=draft").content.decode()


def queries_for(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("url", [LIST, f"{LIST}export.csv", "/marketing/campaigns/", "/marketing/publications/"])
def test_a_longer_list_asks_no_more_questions(hannah: Client, workspace: Workspace, now: datetime, url: str) -> None:
    workspace.released("O-01", now=now)
    few = queries_for(hannah, url)
    for number in range(2, 20):
        offer = workspace.released(f"O-{number:02}", now=now)
        offer.placements.add(workspace.showroom)
    Campaign.objects.bulk_create(
        Campaign(
            code=f"c-{number}",
            name=f"C {number}",
            type=workspace.campaign.type,
            start_date=now.date(),
            owner=workspace.cast.hannah,
        )
        for number in range(10)
    )
    assert queries_for(hannah, url) == few <= 15


def test_acceptance_counts_answers_and_not_what_was_skipped(
    hannah: Client, workspace: Workspace, now: datetime
) -> None:
    offer = workspace.released("O-1", now=now)
    answers = ["accepted", "rejected", "rejected", "skipped", "interested"]
    for number, outcome in enumerate(answers):
        decision = Decision.objects.create(
            engine_id=f"d-{number}",
            customer=workspace.cast.maya,
            event="call-started",
            session=f"s-{number}",
            channel="call-center",
            language="en",
            mode="learned",
            asked_at=now,
            elapsed_ms=1.0,
        )
        shown = decision.offers.create(
            rank=1, offer=offer, treatment="call-center-en", propensity=0.2, selection_probability=0.5, value=1.0
        )
        given = workspace.outcomes[outcome]
        shown.answers.create(outcome=given, final=given.final, answered_at=now)
    known = acceptance([offer], user=workspace.cast.hannah, now=now + timedelta(hours=1))[offer.pk]
    assert (known.shown, known.answered, known.accepted) == (5, 3, 1)
    assert acceptance([offer], user=workspace.cast.rex, now=now) == {}
    assert acceptance([offer], user=workspace.cast.hannah, now=now + timedelta(days=29)) == {}


# ---- Exports


def test_an_export_holds_what_the_list_holds(hannah: Client, workspace: Workspace, now: datetime) -> None:
    workspace.released("O-1", now=now, title="Grijă, țintă")
    workspace.draft("O-2", now=now)
    answer = hannah.get(f"{LIST}export.csv?status=released")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Code"], row["Title"], row["Status"], row["Value"]) for row in rows] == [
        ("O-1", "Grijă, țintă", "Released", "10.00")
    ]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="offers.csv"'


def test_the_page_links_to_the_export_of_itself(hannah: Client, workspace: Workspace, now: datetime) -> None:
    workspace.draft("O-1", now=now)
    assert (
        "export.csv?status=draft&amp;sort=-value"
        in hannah.get(f"{LIST}?status=draft&sort=-value&page=1").content.decode()
    )


@pytest.mark.parametrize("title", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1"])
def test_a_cell_never_becomes_a_formula(hannah: Client, workspace: Workspace, now: datetime, title: str) -> None:
    workspace.draft("O-1", now=now, title=title)
    text = hannah.get(f"{LIST}export.csv").content.decode("utf-8-sig")
    assert next(csv.DictReader(StringIO(text)))["Title"] == f"'{title}"
    book = load_workbook(BytesIO(hannah.get(f"{LIST}export.xlsx").content))
    cell = book.worksheets[0]["B2"]
    assert cell.data_type == "s"


def test_a_sheet_keeps_numbers_as_numbers(hannah: Client, workspace: Workspace, now: datetime) -> None:
    workspace.draft("O-1", now=now, value=Decimal("12.5"))
    sheet = load_workbook(BytesIO(hannah.get(f"{LIST}export.xlsx").content)).worksheets[0]
    assert dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))["Value"] == 12.5


def test_another_format_is_not_found(hannah: Client, workspace: Workspace) -> None:
    assert hannah.get(f"{LIST}export.exe").status_code == 404


def test_the_manager_exports_what_she_may_see(
    cast: Cast, workspace: Workspace, client_of: ClientOf, now: datetime
) -> None:
    workspace.draft("O-1", now=now)
    assert "O-1" in client_of(cast.ines).get(f"{LIST}export.csv").content.decode()
