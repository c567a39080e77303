"""The reference names every component, and no component that is not there."""

import re
from pathlib import Path

from tradewind.portals.ui.templatetags.ui import register

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = (ROOT / "docs/reference/components.md").read_text(encoding="utf-8")
PARTIALS = {path.stem for path in (ROOT / "src/tradewind/portals/ui/templates/ui").glob("*.html")}
# Pieces of other components and of the base page, which nobody includes by hand.
PIECES = {
    "base", "brand_mark", "colophon", "column_head", "confirm_body", "field_error", "field_hint", "form", "formset",
    "masthead", "messages", "person_menu", "saved_views", "shortcut_list", "shortcuts", "shortcuts_page", "style_guide",
    "tree_figures", "tree_node", "trouble",
}  # fmt: skip
TABLE = REFERENCE.split("## Partials")[1].split("### Tables by hand")[0]
NAMED = set(re.findall(r"^\| `(\w+)` \|", TABLE, re.MULTILINE))
PRIVATE_TAGS = {
    "appearance",
    "attribute",
    "beside",
    "demo_cast",
    "elided",
    "initials",
    "masthead",
    "portal",
    "problems",
}
PRIVATE_FILTERS = {"control_kind", "percent_figure"}


def test_every_component_is_in_the_reference() -> None:
    assert PARTIALS - PIECES == NAMED


def test_every_piece_belongs_to_something() -> None:
    assert PARTIALS >= PIECES


def test_every_tag_and_filter_is_in_the_reference() -> None:
    public = (set(register.tags) | set(register.filters)) - PRIVATE_TAGS - PRIVATE_FILTERS
    assert {name for name in public if not re.search(rf"\b{name}\b", REFERENCE)} == set()
