"""The signed paper of a contract: brought in by the channel manager, taken away by both sides, by nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.cast import SINCE, Cast
from tests.papers import a_pdf, a_picture
from tests.partnership import enlisted

from tradewind.crm.channel.models import Contract, ContractDocument
from tradewind.crm.files.models import StoredFile
from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]

MOST_QUERIES = 15


@pytest.fixture
def contract(cast: Cast) -> Contract:
    cast.petra.language = "en"
    cast.petra.save()
    enlisted(cast.borough, actor=cast.claire, now=timezone.now())
    partner = enlisted(cast.camden, actor=cast.claire, now=timezone.now())
    return partner.contracts.create(number="K-7", title="Framework", signed_date=SINCE, starts_date=SINCE)


@pytest.fixture
def claire(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.claire)


def page(contract: Contract) -> str:
    return reverse("channel:contract", args=[contract.partner.uuid, contract.pk])


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_every_version_stays_and_the_latest_stands_first(claire: Client, contract: Contract) -> None:
    for name, note in (("first.pdf", ""), ("second.pdf", "New territories")):
        claire.post(page(contract), {"file": a_pdf(name), "note": note})
    text = claire.get(page(contract)).content.decode()
    assert text.index("second.pdf") < text.index("first.pdf")
    assert "New territories" in text
    assert list(contract.documents.values_list("version", flat=True)) == [2, 1]
    told = contract.partner.activities.values_list("activity__verb", flat=True)
    assert list(told)[:2] == ["contract.filed", "contract.filed"]
    listed = claire.get(reverse("channel:partner-programme", args=[contract.partner.uuid])).content.decode()
    assert "2 versions" in listed


@pytest.mark.parametrize("side", ["channel", "partner"])
def test_both_sides_take_the_paper_away_as_it_was_brought_in(
    cast: Cast, client_of: ClientOf, contract: Contract, side: str
) -> None:
    paper = contract.file_in(a_pdf("Contract țărm.pdf"), note="", actor=cast.claire, now=timezone.now())
    client = client_of(cast.claire if side == "channel" else cast.petra)
    answer = client.get(reverse(f"{side}:contract-document", args=[paper.file.uuid]))
    assert body(answer) == a_picture("PDF")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Contract%20%C8%9B")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_partner_manager_finds_it_among_the_agreements(cast: Cast, client_of: ClientOf, contract: Contract) -> None:
    paper = contract.file_in(a_pdf("k-7.pdf"), note="", actor=cast.claire, now=timezone.now())
    url = reverse("partner:contract-document", args=[paper.file.uuid])
    seen = client_of(cast.petra).get(reverse("partner:agreements")).content.decode()
    assert url in seen
    assert "Framework" in seen
    rivals = client_of(cast.rex).get(reverse("partner:agreements")).content.decode()
    assert "Framework" not in rivals
    assert "k-7.pdf" not in rivals


@pytest.mark.parametrize("who", ["rex", "paul", "daniel", "farah"])
def test_for_everybody_else_the_paper_is_not_there(
    cast: Cast, client_of: ClientOf, contract: Contract, who: str
) -> None:
    paper = contract.file_in(a_pdf(), note="", actor=cast.claire, now=timezone.now())
    client = client_of(getattr(cast, who))
    for side in ("partner", "channel"):
        assert client.get(reverse(f"{side}:contract-document", args=[paper.file.uuid])).status_code == 404
    assert client.post(page(contract), {"file": a_pdf()}).status_code == 404
    assert contract.documents.count() == 1


def test_an_administrator_reads_and_brings_nothing_in(cast: Cast, client_of: ClientOf, contract: Contract) -> None:
    adam = client_of(cast.adam)
    assert adam.get(page(contract)).status_code == 200
    assert adam.post(page(contract), {"file": a_pdf()}).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("page.pdf", b"<html>", "no PDF, JPEG or PNG"),
        ("paper.exe", a_picture("PDF"), "must end with .pdf"),
        ("", b"", "required"),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_kept(
    claire: Client, contract: Contract, name: str, content: bytes, says: str
) -> None:
    given = {"file": SimpleUploadedFile(name, content)} if name else {}
    answer = claire.post(page(contract), {**given, "note": "what I typed"})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "what I typed" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_a_contract_is_not_reached_through_another_partner(cast: Cast, claire: Client, contract: Contract) -> None:
    other = cast.borough.channel_partner
    url = reverse("channel:contract", args=[other.uuid, contract.pk])
    assert claire.get(url).status_code == 404
    assert claire.post(url, {"file": a_pdf()}).status_code == 404
    assert not ContractDocument.objects.exists()


def test_a_file_whose_bytes_are_lost_is_not_there(cast: Cast, claire: Client, contract: Contract) -> None:
    paper = contract.file_in(a_pdf(), note="", actor=cast.claire, now=timezone.now())
    default_storage.delete(str(paper.file.content.name))
    assert claire.get(reverse("channel:contract-document", args=[paper.file.uuid])).status_code == 404


def test_the_pages_cost_the_same_however_many_papers_there_are(
    cast: Cast, claire: Client, client_of: ClientOf, contract: Contract
) -> None:
    petra = client_of(cast.petra)
    pages = [(claire, page(contract)), (petra, reverse("partner:agreements"))]
    for client, _url in pages:
        client.get("/")
    contract.file_in(a_pdf(), note="", actor=cast.claire, now=timezone.now())
    few = [cost(client, url) for client, url in pages]
    for number in range(4):
        more = contract.partner.contracts.create(
            number=f"M-{number}", title="More", signed_date=SINCE, starts_date=SINCE
        )
        for one in (contract, more):
            one.file_in(a_pdf(), note="", actor=cast.claire, now=timezone.now())
    assert [cost(client, url) for client, url in pages] == few
    assert max(few) <= MOST_QUERIES


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
