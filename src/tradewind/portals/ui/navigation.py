"""Portals as they stand in the masthead: who may enter, what they contain, where one is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

type Label = str | Promise


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a portal's navigation."""

    label: Label
    url_name: str
    roles: Sequence[str] = ()
    """Who has use for it; empty for everybody who may enter the portal."""


@dataclass(frozen=True, slots=True)
class Search:
    """The search form in the masthead: a GET to a page of the portal."""

    label: Label
    url_name: str
    parameter: str = "q"


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal; `code` is also its URL namespace, `accent` one of the accents of tokens.css."""

    code: str
    label: Label
    accent: str
    home: str
    roles: Sequence[str]
    items: Sequence[Item] = ()
    search: Search | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation as the page shows it."""

    label: Label
    url: str
    current: str = ""


@cache
def all_portals() -> tuple[Portal, ...]:
    """Every portal that is installed, in the order of INSTALLED_APPS."""
    found: list[Portal] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.navigation"
        if config.name.startswith("tradewind.portals.") and find_spec(name) is not None:
            portal = getattr(import_module(name), "PORTAL", None)
            if isinstance(portal, Portal):
                found.append(portal)
    return tuple(found)


def portals_of(user: object) -> tuple[Portal, ...]:
    """The portals a person may enter, by the roles held today."""
    has_role = getattr(user, "has_role", None)
    if has_role is None or not getattr(user, "is_authenticated", False):
        return ()
    return tuple(portal for portal in all_portals() if any(has_role(role) for role in portal.roles))


def current_portal(request: HttpRequest) -> Portal | None:
    """The portal of this page; on pages of no portal the first one of the person."""
    mine = portals_of(getattr(request, "user", None))
    match = request.resolver_match
    here = match.namespaces[0] if match and match.namespaces else ""
    return next((portal for portal in mine if portal.code == here), mine[0] if mine else None)


def places(portal: Portal, path: str, user: object = None) -> tuple[Place, ...]:
    """The navigation of a portal, as far as it is for this person, with the entry marked under which `path` lies."""
    has_role = getattr(user, "has_role", None)
    items = [item for item in portal.items if not item.roles or (has_role is not None and has_role(*item.roles))]
    urls = [reverse(item.url_name) for item in items]
    nearest = max((url for url in urls if path.startswith(url)), key=len, default="")
    return tuple(Place(item.label, url, _mark(url, nearest, path)) for item, url in zip(items, urls, strict=True))


def _mark(url: str, nearest: str, path: str) -> str:
    if url != nearest:
        return ""
    return "page" if url == path else "true"
