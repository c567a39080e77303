"""What a person chose for the look of every page: theme and density (language is Django's own)."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

THEMES: dict[str, Promise] = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")}
DENSITIES: dict[str, Promise] = {"comfortable": _("Comfortable"), "compact": _("Compact")}
LANGUAGES: dict[str, str] = {"en": "English", "ro": "Română"}
CHOICES: dict[str, tuple[str, ...]] = {
    "language": tuple(LANGUAGES),
    "theme": tuple(THEMES),
    "density": tuple(DENSITIES),
}


@dataclass(frozen=True, slots=True)
class Appearance:
    """Theme and density of one page."""

    theme: str = "system"
    density: str = "comfortable"


def cookie_of(name: str) -> str:
    return f"tradewind_{name}"


def appearance_of(request: HttpRequest | None) -> Appearance:
    """What the person saved, else what this browser remembers, else the defaults."""
    if request is None:
        return Appearance()
    return Appearance(theme=_chosen(request, "theme"), density=_chosen(request, "density"))


def _chosen(request: HttpRequest, name: str) -> str:
    user = getattr(request, "user", None)
    saved = getattr(user, name, None) if getattr(user, "is_authenticated", False) else None
    value = saved or request.COOKIES.get(cookie_of(name), "")
    return value if value in CHOICES[name] else CHOICES[name][0]
