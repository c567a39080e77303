"""The Romanian catalogues keep to the glossary, letter by letter."""

import re
from dataclasses import dataclass
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[3]
CATALOGUES = sorted((ROOT / "src/tradewind").rglob("locale/ro/LC_MESSAGES/django.po"))
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")  # where a value goes; its name is no word of the text
CEDILLAS = re.compile("[şţŞŢ]")  # what old keyboards wrote instead of ș and ț


@dataclass(frozen=True, slots=True)
class Term:
    english: str
    romanian: str
    stems: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        """Does the English text use the term, as one word or in the plural?"""
        return re.search(rf"(?<![\w-]){re.escape(self.english)}(?:s|es)?(?![\w-])", text, re.IGNORECASE) is not None

    def is_kept(self, text: str) -> bool:
        return any(stem in text.casefold() for stem in self.stems)


def rows(columns: int) -> list[list[str]]:
    """The rows of every table of the glossary with this many columns, heads left out."""
    lines = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    heads = {"English", "not"}
    return [row for row in cells if len(row) == columns and row[0] not in heads and not row[0].startswith("---")]


TERMS = [Term(row[0], row[1], tuple(stem.strip() for stem in row[2].split("/"))) for row in rows(4)]
FORBIDDEN = [row[0] for row in rows(3)]


def entries(path: Path) -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(path)) if not entry.obsolete]


def written(entry: polib.POEntry) -> list[str]:
    """Every Romanian text of an entry: one, or one a plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def room(path: Path) -> str:
    return "/".join(path.relative_to(ROOT / "src/tradewind").parts[:2])


def test_the_glossary_has_terms_and_catalogues_to_hold_to_them() -> None:
    assert len(TERMS) > 40
    assert len(FORBIDDEN) > 3
    assert any(room(path) == "portals/ui" for path in CATALOGUES)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.english)
def test_a_term_keeps_its_own_stem(term: Term) -> None:
    assert term.is_kept(term.romanian)


@pytest.mark.parametrize("path", CATALOGUES, ids=room)
def test_a_catalogue_uses_the_terms_of_the_glossary(path: Path) -> None:
    missed = [
        f"{term.english} ({term.romanian}): {entry.msgid!r} is {text!r}"
        for entry in entries(path)
        for term in TERMS
        if term.is_in(PLACE.sub("", entry.msgid))
        for text in written(entry)
        if text and not term.is_kept(text)
    ]
    assert missed == []


@pytest.mark.parametrize("path", CATALOGUES, ids=room)
def test_a_catalogue_avoids_what_the_glossary_refuses(path: Path) -> None:
    found = [
        f"{word}: {text!r}"
        for entry in entries(path)
        for text in written(entry)
        for word in FORBIDDEN
        if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize("path", CATALOGUES, ids=room)
def test_a_catalogue_has_commas_below(path: Path) -> None:
    assert [text for entry in entries(path) for text in written(entry) if CEDILLAS.search(text)] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=room)
def test_a_catalogue_is_complete(path: Path) -> None:
    unfinished = [entry.msgid for entry in entries(path) if entry.fuzzy or not all(written(entry))]
    assert unfinished == []


@pytest.mark.parametrize("path", CATALOGUES, ids=room)
def test_a_catalogue_counts_as_romanian_does(path: Path) -> None:
    plural = polib.pofile(str(path)).metadata["Plural-Forms"].replace(" ", "")
    assert plural.rstrip(";") == "nplurals=3;plural=(n==1?0:(n==0||(n%100>0&&n%100<20))?1:2)"


@pytest.mark.parametrize("path", CATALOGUES, ids=room)
def test_a_translation_keeps_the_places_for_values(path: Path) -> None:
    broken = [
        f"{entry.msgid!r} is {text!r}"
        for entry in entries(path)
        for text in written(entry)
        if not entry.msgid_plural and set(PLACE.findall(entry.msgid)) != set(PLACE.findall(text))
    ]
    assert broken == []
