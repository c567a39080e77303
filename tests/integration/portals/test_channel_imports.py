"""Bringing a file of partners in, on the channel manager's pages."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.partnership import DANUBE_VAT_ID, SOIMUL_CUI, active

from tradewind.crm.channel.models import Partner, PartnerImport
from tradewind.crm.channel.recurring import take_up_imports
from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]

GOOD = f"Partner,VAT id or CUI,City\nDunărea IT,{DANUBE_VAT_ID},Galați\n".encode()
WRONG = GOOD + b"Other,RO14399841,X\n"


@pytest.fixture
def claire(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.claire)


def bring(client: Client, content: bytes, name: str = "partners.csv") -> str:
    """The address of the import's page."""
    answer = client.post(reverse("channel:import-list"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def test_a_file_is_looked_at_confirmed_and_written(claire: Client) -> None:
    url = bring(claire, GOOD)
    waiting = claire.get(url)
    assert "Rows are looked at" in waiting.content.decode()
    assert claire.get(url, headers={"HX-Request": "true"}).status_code == 200
    take_up_imports(timezone.now())
    assert claire.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "Write 1 row" in claire.get(url).content.decode()
    claire.post(f"{url}confirmation/")
    assert not Partner.objects.exists()
    take_up_imports(timezone.now())
    assert Partner.objects.get().vat_id == DANUBE_VAT_ID
    assert "Written" in claire.get(url).content.decode()
    assert "partners.csv" in claire.get(reverse("channel:import-list")).content.decode()


def test_a_wrong_row_is_shown_first_and_keeps_the_file_from_being_written(claire: Client) -> None:
    url = bring(claire, WRONG)
    take_up_imports(timezone.now())
    page = claire.get(url).content.decode()
    assert "One row is wrong, so nothing can be written." in page
    assert "Dunărea IT" not in page
    assert "Dunărea IT" in claire.get(f"{url}?outcome=all").content.decode()
    refused = claire.post(f"{url}confirmation/", follow=True)
    assert "A row is wrong." in refused.content.decode()
    assert not Partner.objects.exists()
    report = claire.get(f"{url}report.csv").content.decode("utf-8-sig").splitlines()
    assert len(report) == 3
    assert report[2].startswith("3,Wrong,Other,")


def test_what_the_list_exports_can_be_brought_back(claire: Client, cast: Cast) -> None:
    active(actor=cast.claire, now=timezone.now())
    for form in ("csv", "xlsx"):
        exported = claire.get(reverse("channel:partner-export", args=[form])).content
        url = bring(claire, exported, f"partners.{form}")
        take_up_imports(timezone.now())
        run = PartnerImport.objects.order_by("-pk")[0]
        assert [(line.outcome, line.said) for line in run.lines.all()] == [("same", "")]
        assert "there is nothing to write" in claire.get(url).content.decode()
    changed = exported_with(claire, "Iași", "Bacău")
    bring(claire, changed)
    take_up_imports(timezone.now())
    assert PartnerImport.objects.order_by("-pk")[0].lines.get().said == "City"
    assert Partner.objects.get().vat_id == SOIMUL_CUI


def exported_with(client: Client, old: str, new: str) -> bytes:
    text = client.get(reverse("channel:partner-export", args=["csv"])).content.decode()
    return text.replace(old, new).encode()


@pytest.mark.parametrize("name", ["partners.exe", "partners", "partners.csv.html"])
def test_only_tables_are_taken(claire: Client, name: str) -> None:
    answer = claire.post(reverse("channel:import-list"), {"file": SimpleUploadedFile(name, GOOD)})
    assert answer.status_code == 422
    assert not PartnerImport.objects.exists()


@pytest.mark.parametrize("name", ["petra", "rex", "hannah", "adam"])
def test_nobody_else_sees_or_brings_in_a_file(cast: Cast, client_of: ClientOf, claire: Client, name: str) -> None:
    url = bring(claire, GOOD)
    client = client_of(getattr(cast, name))
    for asked in (reverse("channel:import-list"), url, f"{url}report.csv"):
        assert client.get(asked).status_code == 404
    assert client.post(reverse("channel:import-list"), {"file": SimpleUploadedFile("a.csv", GOOD)}).status_code == 404
    assert client.post(f"{url}confirmation/").status_code == 404
    assert PartnerImport.objects.count() == 1
