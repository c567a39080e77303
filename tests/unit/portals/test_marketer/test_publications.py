"""Publishing from the workspace: what changes in words, faults with the way to their field, and the result."""

import json
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from tests.engines import RunningEngine
from tests.workspace import Workspace

from tradewind.crm.decisions import operations
from tradewind.crm.decisions.models import Publication

NEXT = "/marketing/publications/next/"


def test_the_first_publication_is_shown_and_published(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    workspace.released("O-1", now=now)
    page = hannah.get(NEXT).content.decode()
    assert "Offer O-1" in page
    assert "The engine has checked it and would take it." in page
    answer = hannah.post(NEXT, follow=True)
    assert answer.redirect_chain == [("/marketing/publications/1/", 302)]
    assert "Publication 1 is running." in answer.content.decode()
    assert engine.call("GET", "/v1/publications/current").json["number"] == 1


def test_nothing_to_publish_leaves_nothing_to_press(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    workspace.released("O-1", now=now)
    hannah.post(NEXT)
    page = hannah.get(NEXT).content.decode()
    assert "Nothing to publish" in page
    assert 'data-kind="primary" disabled' in page


def test_changes_are_told_offer_by_offer(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    offer = workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    offer.value = Decimal("12.50")
    offer.save()
    workspace.released("O-2", now=now)
    groups = hannah.get(NEXT).context["groups"]
    told = {group.code: (group.kind, [str(change) for change in group.changes]) for group in groups}
    assert told == {"O-1": ("changed", ["Value from 10 to 12.5"]), "O-2": ("added", ["New offer"])}
    sheet = hannah.get("/marketing/offers/O-1/")
    assert [str(change) for change in sheet.context["against"]] == ["Value from 10 to 12.5"]


def spoil(workspace: Workspace, now: datetime, what: str) -> None:
    offer = workspace.released("O-1", now=now)
    if what == "eligibility":
        offer.eligibility = "customer.nothing"
        offer.save()
    elif what == "rule":
        offer.profiles.update(rule="customer.city > 3.0")
    else:
        offer.treatments.filter(language="en").update(title="Dear {{ machine.nobody }}")


@pytest.mark.parametrize(
    ("spoilt", "where", "anchor"),
    [
        ("eligibility", "Offer O-1, Eligibility rule", "#id_eligibility"),
        ("rule", "Offer O-1, Everyone, Rule", "#id_profile-0-rule"),
        ("text", "Offer O-1, Phone, English, Title", "#id_text-call-center-en-title"),
    ],
)
@pytest.mark.usefixtures("engine")
def test_a_fault_leads_to_the_field_that_caused_it(  # noqa: PLR0917
    hannah: Client, workspace: Workspace, now: datetime, spoilt: str, where: str, anchor: str
) -> None:
    spoil(workspace, now, spoilt)
    mends = hannah.get(NEXT).context["mends"]
    assert [(mend.where, mend.url) for mend in mends] == [(where, f"/marketing/offers/O-1/{anchor}")]
    assert f'id="{anchor[1:]}"' in hannah.get("/marketing/offers/O-1/").content.decode()


def test_a_publication_with_faults_cannot_be_published(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    spoil(workspace, now, "rule")
    assert 'data-kind="primary" disabled' in hannah.get(NEXT).content.decode()
    answer = hannah.post(NEXT)
    assert answer.status_code == 409
    assert "#id_profile-0-rule" in answer.content.decode()
    assert not Publication.objects.exists()


def test_without_the_engine_changes_are_shown_and_nothing_is_published(
    hannah: Client, workspace: Workspace, now: datetime
) -> None:
    workspace.released("O-1", now=now)
    page = hannah.get(NEXT).content.decode()
    assert "The offer engine is away." in page
    assert "Offer O-1" in page
    assert 'data-kind="primary" disabled' in page
    answer = hannah.post(NEXT)
    assert answer.status_code == 503
    assert "Publishing again is safe." in answer.content.decode()
    assert not Publication.objects.exists()


def test_every_publication_is_kept_and_can_be_downloaded(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    offer = workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    offer.value = Decimal(11)
    offer.save()
    operations.publish(actor=workspace.cast.hannah, now=now)
    listed = hannah.get("/marketing/publications/")
    assert [publication.number for publication in listed.context["page"]] == [2, 1]
    assert listed.context["running"].number == 2
    second = hannah.get("/marketing/publications/2/").content.decode()
    assert "Changed against publication 1" in second
    assert "Value from 10 to 11" in second
    document = hannah.get("/marketing/publications/1/document/")
    assert json.loads(document.content)["offers"][0]["value"] == 10.0
    assert "publication-1.json" in document.headers["Content-Disposition"]


def seen_on(page: str) -> str:
    """The draft that a page was drawn for, as its form sends it back."""
    return page.partition('name="draft" value="')[2].partition('"')[0]


def test_a_draft_that_changed_behind_an_open_page_is_not_published_unseen(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    offer = workspace.released("O-1", now=now)
    seen = seen_on(hannah.get(NEXT).content.decode())
    offer.value = Decimal("99")
    offer.save()
    answer = hannah.post(NEXT, {"draft": seen})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "The draft has changed since you looked at it." in page
    assert not Publication.objects.exists()
    assert hannah.post(NEXT, {"draft": seen_on(page)}).status_code == 302
    assert hannah.post(NEXT, {"draft": seen}).status_code == 302, "what runs is what is wanted, whatever was seen"
    assert [publication.number for publication in Publication.objects.all()] == [1]
