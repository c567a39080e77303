"""For people of a partner the brand owner's portals do not exist: not one page, by no method, with no id."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.cast import Cast

from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]

PORTALS = ("marketer", "agent", "channel")
BY_CONVERTER = {"IntConverter": 1, "UUIDConverter": UUID(int=1), "StringConverter": "C-100001", "SlugConverter": "c"}


def urls_of(portal: str) -> Iterator[str]:
    """Every URL of a portal, its placeholders filled with ids that may exist."""
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.namespace == portal:
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                converters = pattern.pattern.converters.items()
                filled = {name: BY_CONVERTER[type(converter).__name__] for name, converter in converters}
                yield reverse(f"{portal}:{pattern.name}", kwargs=filled)


@pytest.mark.parametrize("portal", PORTALS)
@pytest.mark.parametrize("name", ["petra", "paul", "rex"])
def test_nothing_of_the_portal_exists_for(cast: Cast, client_of: ClientOf, name: str, portal: str) -> None:
    client = client_of(getattr(cast, name))
    urls = list(urls_of(portal))
    assert len(urls) > 3
    answers = {(url, method): getattr(client, method)(url).status_code for url in urls for method in ("get", "post")}
    assert {asked: status for asked, status in answers.items() if status != 404} == {}


@pytest.mark.parametrize("name", ["petra", "paul", "rex"])
def test_the_home_page_offers_no_portal_of_the_brand_owner_to(cast: Cast, client_of: ClientOf, name: str) -> None:
    page = client_of(getattr(cast, name)).get("/", follow=True)
    assert page.status_code == 200
    text = page.content.decode()
    assert all(f'href="/{portal}/' not in text for portal in ("marketing", "desk", "channel"))


@pytest.mark.parametrize(
    ("name", "where"), [("hannah", "/marketing/"), ("daniel", "/desk/"), ("ines", "/desk/"), ("claire", "/channel/")]
)
def test_the_home_page_leads_the_brand_owners_people_to_their_portal(
    cast: Cast, client_of: ClientOf, name: str, where: str
) -> None:
    answer = client_of(getattr(cast, name)).get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(where)
