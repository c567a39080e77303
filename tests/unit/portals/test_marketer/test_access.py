"""Who may enter the marketing workspace, over every address of it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from tests.cast import Cast
from tests.workspace import Workspace

from tradewind.crm.decisions.models import Publication
from tradewind.crm.identity.models import User
from tradewind.portals.marketer.urls import urlpatterns

type ClientOf = Callable[[User], Client]

ARGUMENTS: dict[str, list[object]] = {
    "offer-export": ["csv"],
    "offer-edit": ["O-1"],
    "offer-predictor": ["O-1"],
    "offer-submission": ["O-1"],
    "offer-return": ["O-1"],
    "offer-release": ["O-1"],
    "offer-pause": ["O-1"],
    "offer-closure": ["O-1"],
    "offer-stop": ["O-1"],
    "offer-resumption": ["O-1"],
    "campaign-edit": ["back-to-campus"],
    "placement-edit": ["desk"],
    "publication": [1],
    "publication-document": [1],
}
NAMES = [str(pattern.name) for pattern in urlpatterns if isinstance(pattern, URLPattern)]
POST_ONLY = {"offer-submission", "offer-return", "offer-release", "offer-pause", "rule-check", "text-preview"}
FOR_ADMINISTRATORS = {"gate"}
FOR_READERS = {
    "overview",
    "offer-list",
    "offer-export",
    "offer-predictor",
    "campaign-list",
    "publication-list",
    "publication",
    "publication-document",
    "toolkit",
}


def url_of(name: str) -> str:
    return reverse(f"marketer:{name}", args=ARGUMENTS.get(name, []))


@pytest.fixture(autouse=True)
def there_is_something_to_see(workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    publication = Publication.objects.create(
        number=1,
        document={"number": 1},
        digest="d",
        offers_count=1,
        published_at=now,
        published_by=workspace.cast.hannah,
    )
    publication.offers.create(offer=offer, version=1, digest="d")


def test_every_address_that_needs_an_argument_has_one() -> None:
    assert {name for name in NAMES if "<" in str(urlpatterns[NAMES.index(name)].pattern)} == set(ARGUMENTS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["rex", "petra", "paul", "daniel", "claire", "farah"])
def test_for_anybody_else_the_page_does_not_exist(cast: Cast, client_of: ClientOf, who: str, name: str) -> None:
    client = client_of(getattr(cast, who))
    assert (client.get(url_of(name)).status_code, client.post(url_of(name)).status_code) == (404, 404)


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_asked_to_sign_in(client: Client, name: str) -> None:
    answer = client.get(url_of(name))
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["hannah", "adam"])
def test_marketing_and_administrators_enter_everywhere(cast: Cast, client_of: ClientOf, who: str, name: str) -> None:
    closed = who == "hannah" and name in FOR_ADMINISTRATORS
    expected = 404 if closed else 405 if name in POST_ONLY else 200
    assert client_of(getattr(cast, who)).get(url_of(name)).status_code == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_manager_of_the_interaction_centre_reads_and_writes_nothing(
    cast: Cast, client_of: ClientOf, name: str
) -> None:
    client = client_of(cast.ines)
    reads = name in FOR_READERS
    assert client.get(url_of(name)).status_code == (200 if reads else 404)
    assert client.post(url_of(name)).status_code == (405 if reads else 404)


def test_what_the_manager_reads_leads_nowhere_that_is_closed(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ines)
    for name in FOR_READERS - {"offer-export", "publication-document"}:
        page = client.get(url_of(name)).content.decode()
        assert reverse("marketer:offer-create") not in page, name
        assert f'href="{reverse("marketer:offer-edit", args=["O-1"])}"' not in page, name
        assert reverse("marketer:publish") not in page, name


@pytest.mark.parametrize("name", ["offer-edit", "offer-predictor", "campaign-edit"])
def test_what_is_not_there_is_not_found(hannah: Client, name: str) -> None:
    assert hannah.get(reverse(f"marketer:{name}", args=["nothing"])).status_code == 404


def test_a_publication_that_never_was_is_not_found(hannah: Client) -> None:
    assert hannah.get(reverse("marketer:publication", args=[77])).status_code == 404


def test_the_masthead_marks_the_place_and_searches_offers(hannah: Client) -> None:
    page = hannah.get(url_of("offer-list")).content.decode()
    assert '<a href="/marketing/offers/" aria-current="page">Offers</a>' in page
    assert 'action="/marketing/offers/"' in page
