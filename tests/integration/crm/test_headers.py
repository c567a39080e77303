"""What every answer tells the browser."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/accounts/login/", "/", "/nowhere/", "/ui/"])
def test_every_answer_carries_the_strict_policy(url: str) -> None:
    headers = Client().get(url).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_back_office_has_a_policy_of_its_own(cast: Cast, client_of: ClientOf) -> None:
    page = client_of(cast.adam).get("/admin/")
    assert page.status_code == 200
    assert "'unsafe-eval'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["hannah", "daniel", "ines", "claire", "farah", "petra", "paul", "rex"])
@pytest.mark.parametrize("url", ["/admin/", "/admin/login/", "/admin/identity/user/", "/admin/parties/customer/"])
def test_the_back_office_exists_for_administrators_only(cast: Cast, client_of: ClientOf, name: str, url: str) -> None:
    assert client_of(getattr(cast, name)).get(url).status_code == 404


def test_a_stranger_is_sent_from_the_back_office_to_the_sign_in_page(cast: Cast) -> None:
    page = Client().get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_login"))
