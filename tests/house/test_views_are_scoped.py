"""Views read through `access.scope`, and only the listed ones open without sign-in."""

import ast
from pathlib import Path

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests.house.urls import every_view

import tradewind
from tradewind.config.public import PUBLIC_VIEWS

SOURCE = Path(tradewind.__file__).parent
UNSCOPED = {"objects", "_default_manager", "_base_manager", "history"}
VIEWS = sorted([*(SOURCE / "portals").glob("*/views.py"), *(SOURCE / "portals").glob("*/views/**/*.py")])


def unscoped_lines(source: str) -> list[int]:
    """The lines that reach for a manager, other than to hand it to `scope`."""
    tree = ast.parse(source)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    handed = {id(part) for call in calls if is_scope(call) for given in call.args for part in ast.walk(given)}
    reached = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in UNSCOPED)
    return sorted(node.lineno for node in reached if is_class(node.value) and id(node) not in handed)


def is_scope(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "scope"


def is_class(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name[:1].isupper()


def test_a_query_past_the_rules_would_be_seen() -> None:
    assert unscoped_lines("a = 1\nrows = Offer.objects.all()\nmodels.Offer._base_manager.get()") == [2, 3]
    assert unscoped_lines("Offer.objects.filter(pk__in=scope(user, Offer))") == [1]
    assert unscoped_lines("scope(user, Offer.objects.with_status()).all()\nscope(user, Offer)\na.objects = 3") == []


def test_there_are_views_to_look_at() -> None:
    assert len(VIEWS) > 5


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_views_read_through_scope(path: Path) -> None:
    assert unscoped_lines(path.read_text(encoding="utf-8")) == []


def test_only_listed_views_open_without_sign_in() -> None:
    assert {view.name for view in every_view() if not view.needs_sign_in} == PUBLIC_VIEWS


def test_every_view_has_a_name_and_no_two_share_it() -> None:
    names = [view.name for view in every_view() if not view.name.startswith("admin:")]
    assert [name for name in names if "(" in name] == []
    assert sorted(names) == sorted(set(names))


@pytest.mark.django_db
def test_a_stranger_is_sent_to_the_sign_in_page_from_everywhere_else() -> None:
    client, asked = Client(), 0
    for view in every_view():
        if view.name in PUBLIC_VIEWS:
            continue
        try:
            url = reverse(view.name)
        except NoReverseMatch:
            continue  # needs the id of an object; the portals' own tests ask for those
        hops = client.get(url, follow=True).redirect_chain
        assert hops, view.name
        assert hops[-1][0].split("?")[0] == reverse("account_login"), view.name
        asked += 1
    assert asked > 10
