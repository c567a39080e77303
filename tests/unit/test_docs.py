"""The pages name only what is there: files, headings, targets of make, verbs of the command line."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
CODE = re.compile(r"`([^`\n]+)`|^( {0,4}(?:make|\.venv/bin/tradewind|tradewind) .*)$", re.MULTILINE)
PATH = re.compile(r"^(?:src|docs|tests|tools|benchmarks|engine|crm|portals|cli|config|demo)/[\w./-]*$")

page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def said_as_code(page: Path) -> list[str]:
    return [(inline or block).strip() for inline, block in CODE.findall(page.read_text(encoding="utf-8"))]


@page
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(f"{target}#{anchor}")
    assert broken == []


@page
def test_every_path_is_there(page: Path) -> None:
    paths = [code for code in said_as_code(page) if PATH.match(code)]
    assert [path for path in paths if not ((ROOT / path).exists() or (ROOT / "src/tradewind" / path).exists())] == []


@page
def test_every_command_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    verbs = {file.stem for file in (ROOT / "src/tradewind/cli").iterdir()}
    unknown = []
    for code in said_as_code(page):
        command = re.match(r"^(make|(?:\.venv/bin/)?tradewind) ([a-z]+)\b(?! *[:=])", code)
        if command and command[2] not in (targets if command[1] == "make" else verbs):
            unknown.append(code)
    assert unknown == []


def test_there_is_something_to_look_at() -> None:
    """The expressions above still find links, paths and commands."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(LINK.findall(text)) > 5
    assert {"make demo", "make test"} <= {code.partition(" #")[0].strip() for code in said_as_code(ROOT / "README.md")}
    assert any(PATH.match(code) for code in said_as_code(ROOT / "CONTRIBUTING.md"))
