"""Views read through `access.scope`, and only the listed ones open without sign-in."""

import ast
from pathlib import Path

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

import tradewind
from tests.house.urls import every_view
from tradewind.config.public import PUBLIC_VIEWS

SOURCE = Path(tradewind.__file__).parent
UNSCOPED = {"objects", "_default_manager", "_base_manager", "history"}
VIEWS = sorted(path for path in (SOURCE / "portals").rglob("*.py") if "migrations" not in path.parts)


def unscoped_lines(source: str) -> list[int]:
    """The lines that reach for a manager instead of `scope(user, Model)`."""
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return sorted(node.lineno for node in found if node.attr in UNSCOPED and _is_class(node.value))


def _is_class(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name[:1].isupper()


def test_a_query_past_the_rules_would_be_seen() -> None:
    assert unscoped_lines("a = 1\nrows = Offer.objects.all()\nmodels.Offer._base_manager.get()") == [2, 3]
    assert unscoped_lines("rows = scope(user, Offer).all()\nconfig.objects = 3") == []


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_portals_read_through_scope(path: Path) -> None:
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
        answer = client.get(url)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login")), view.name
        asked += 1
    assert asked > 10
