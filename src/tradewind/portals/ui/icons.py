"""Line icons from the `lucide` package, dressed for `kit.css`."""

import re
from functools import cache

import lucide
from django.utils.safestring import SafeString

# The stylesheet sets all of these; in the page they would be weight without meaning.
DRESS = re.compile(r' (?:xmlns|width|height|fill|stroke|stroke-width|stroke-linecap|stroke-linejoin)="[^"]*"')


@cache
def icon(name: str, size: int = 16) -> SafeString:
    """The icon as inline SVG, hidden from screen readers: the word beside it says what it means.

    Raises:
        lucide.IconDoesNotExist: there is no icon of this name.
    """
    drawn: str = lucide._render_icon(name, None)
    head, rest = drawn.split(">", 1)
    dressed = DRESS.sub("", head).replace("<svg", f'<svg class="icon"{_size(size)} aria-hidden="true"', 1)
    return SafeString(re.sub(r"\s*\n\s*", "", f"{dressed}>{rest}").replace(" />", "/>"))


def _size(size: int) -> str:
    return "" if size == 16 else f' data-size="{size}"'
