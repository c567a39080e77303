"""Every view of the URL configuration, by its full name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class View:
    name: str
    route: str
    callback: Callable[..., Any]

    @property
    def needs_sign_in(self) -> bool:
        """What Django's LoginRequiredMiddleware looks at."""
        return bool(getattr(self.callback, "login_required", True))


def every_view() -> list[View]:
    return list(_walk(get_resolver().url_patterns, route="", namespaces=()))


def _walk(patterns: list[URLPattern | URLResolver], *, route: str, namespaces: tuple[str, ...]) -> Iterator[View]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, route=here, namespaces=inside)
        else:
            name = pattern.name or f"({here})"
            yield View(name=":".join((*namespaces, name)), route=here, callback=pattern.callback)
