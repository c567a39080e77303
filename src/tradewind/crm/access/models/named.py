"""A name in both languages."""

from django.utils.translation import get_language


def spoken(english: str, romanian: str) -> str:
    """The Romanian name where the reader reads Romanian and there is one, else the English name."""
    return romanian if romanian and (get_language() or "en").startswith("ro") else english
