"""The reference page names every route, every scope and every problem that the engine has."""

from __future__ import annotations

import re
from pathlib import Path

from tradewind.engine.service.problems import KINDS
from tradewind.engine.service.routes import DOORS

PAGE = (Path(__file__).parents[3] / "docs/reference/engine-service.md").read_text()


def test_the_page_lists_the_doors_with_their_scopes() -> None:
    told = set(re.findall(r"^\| `(GET|PUT|POST|DELETE) (\S+)` \| (\w+) \|", PAGE, re.MULTILINE))
    assert told == {(door.method, re.sub(r":\w+}", "}", door.path), door.scope or "none") for door in DOORS}


def test_the_page_lists_the_problems_with_their_statuses() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", PAGE, re.MULTILINE))
    assert told == {kind.name: str(kind.status) for kind in KINDS.values()}


def test_a_door_names_only_problems_that_exist() -> None:
    assert [name for door in DOORS for name in door.all_refusals if name not in KINDS] == []
