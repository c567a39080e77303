import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from tests.cast import Cast

from tradewind.crm.access import ActionUnknownError, allow, may, requires
from tradewind.crm.identity.models import Role, User

ACTION = "tests.ring_the_bell"
allow(ACTION, Role.FINANCE)


@requires(Role.MARKETING_PROFESSIONAL, Role.FINANCE)
def page(request: HttpRequest, word: str) -> HttpResponse:
    return HttpResponse(word)


def asked_by(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/page/", {"q": "x y"})
    request.user = user
    return request


def test_an_action_is_for_the_roles_that_were_named(cast: Cast) -> None:
    assert {name for name, user in cast.everybody().items() if may(user, ACTION)} == {"farah"}
    assert not may(AnonymousUser(), ACTION)


def test_an_action_nobody_allowed_raises(cast: Cast) -> None:
    with pytest.raises(ActionUnknownError, match=r"tests\.fly"):
        may(cast.adam, "tests.fly")


def test_an_action_is_allowed_by_one_room() -> None:
    with pytest.raises(ValueError, match="others already"):
        allow(ACTION, Role.ADMINISTRATOR)


@pytest.mark.parametrize("name", ["hannah", "farah"])
def test_a_guarded_page_opens_for_its_roles(cast: Cast, name: str) -> None:
    assert page(asked_by(getattr(cast, name)), "open").content == b"open"


@pytest.mark.parametrize("name", ["daniel", "adam", "rex", "petra"])
def test_a_guarded_page_does_not_exist_for_others(cast: Cast, name: str) -> None:
    with pytest.raises(Http404):
        page(asked_by(getattr(cast, name)), "open")


def test_a_stranger_is_asked_to_sign_in_and_comes_back(cast: Cast) -> None:
    answer = page(asked_by(AnonymousUser()), "open")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=%2Fpage%2F%3Fq%3Dx%2By"


def test_a_guarded_page_names_its_roles() -> None:
    assert page.__dict__["required_roles"] == {Role.MARKETING_PROFESSIONAL, Role.FINANCE}
