"""Every text that people read is in the Romanian catalogue of its room, complete and in good letters."""

import re
from gettext import c2py
from pathlib import Path

import polib
import pytest
from tests.house.texts import Catalogue, Message, faults, messages_in, read

import tradewind

SOURCE = Path(tradewind.__file__).parent
ROOMS = sorted(path.parent for floor in ("crm", "portals") for path in (SOURCE / floor).glob("*/apps.py"))
ROOMS.append(SOURCE / "config")
PLURALS = "(n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2)"

room = pytest.mark.parametrize("folder", ROOMS, ids=lambda path: path.name)


def has_romanian_plurals(header: str) -> bool:
    """Does the header count one, few and many as Romanian does, however it is written?"""
    found = re.fullmatch(r"nplurals=3; plural=(.+);", header)
    return found is not None and all(c2py(found[1])(n) == c2py(PLURALS)(n) for n in range(205))


def catalogue(*entries: polib.POEntry) -> Catalogue:
    file = polib.POFile()
    file.extend(entries)
    return Catalogue(file)


# --- What the check itself sees


def test_texts_are_found_in_python_and_templates(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(
        'A = _("One")\nB = ngettext_lazy("%(n)d cat", "%(n)d cats", 2)\nC = pgettext("verb", "Close")\nsay("D")\n'
    )
    (tmp_path / "page.html").write_text(
        "{% load i18n %}\n{# no text #}<p>plain</p>{% translate 'Two' %}{% translate \"It's\" context 'said' %}\n"
        "    {% blocktranslate count n=items|length trimmed %}\n    {{ n }} row\n  {% plural %}\n {{ n }} rows\n"
        "{% endblocktranslate %}{% blocktranslate with name=user.name %}Hello, {{ name }}{% endblocktranslate %}\n"
    )
    python = {(m.context, m.text, m.plural) for m in read(tmp_path / "code.py")}
    template = {(m.context, m.text, m.plural) for m in read(tmp_path / "page.html")}
    assert python == {("", "One", ""), ("", "%(n)d cat", "%(n)d cats"), ("verb", "Close", "")}
    assert template == {
        ("", "Two", ""),
        ("said", "It's", ""),
        ("", "%(n)s row", "%(n)s rows"),
        ("", "Hello, %(name)s", ""),
    }


def test_each_fault_of_a_catalogue_is_named() -> None:
    one = Message("Hello, %(name)s", "", "", "a.py:1")
    assert faults([one], catalogue()) == ["a.py:1 'Hello, %(name)s' is missing"]
    for entry, wrong in [
        (polib.POEntry(msgid=one.text), "not translated"),
        (polib.POEntry(msgid=one.text, msgstr="Bună, %(name)s", flags=["fuzzy"]), "fuzzy"),
        (polib.POEntry(msgid=one.text, msgstr="Bună, %(nume)s"), "placeholders"),
        (polib.POEntry(msgid=one.text, msgstr="Bună"), "placeholders"),
    ]:
        assert wrong in faults([one], catalogue(entry))[0]
    assert faults([one], catalogue(polib.POEntry(msgid=one.text, msgstr="Bună, %(name)s"))) == []


def test_a_plural_needs_three_forms() -> None:
    rows = Message("one row", "%(n)s rows", "", "a.py:1")
    two = polib.POEntry(msgid=rows.text, msgid_plural=rows.plural, msgstr_plural={0: "un rând", 1: "%(n)s rânduri"})
    assert "every form" in faults([rows], catalogue(two))[0]
    two.msgstr_plural[2] = "%(n)s de rânduri"
    assert faults([rows], catalogue(two)) == []


def test_plurals_are_compared_by_what_they_count() -> None:
    assert has_romanian_plurals(f"nplurals=3; plural={PLURALS};")
    assert has_romanian_plurals("nplurals=3; plural=(n==1?0:(((n%100>19)||((n%100==0)&&(n!=0)))?2:1));")
    assert not has_romanian_plurals("nplurals=2; plural=(n != 1);")
    assert not has_romanian_plurals("nplurals=3; plural=(n==1 ? 0 : n<20 ? 1 : 2);")


# --- The rooms


@room
def test_every_text_is_translated(folder: Path) -> None:
    assert faults(messages_in(folder), Catalogue.of(folder)) == []


@room
def test_the_catalogue_is_well_formed(folder: Path) -> None:
    if not messages_in(folder):
        return
    file = Catalogue.of(folder).file
    assert has_romanian_plurals(file.metadata.get("Plural-Forms", ""))
    assert "charset=UTF-8" in file.metadata["Content-Type"].replace("utf-8", "UTF-8")
    assert [entry.msgid for entry in file if entry.fuzzy] == []
    assert [entry.msgid for entry in file if not entry.obsolete and not entry.translated()] == []


@room
def test_comma_letters_are_used(folder: Path) -> None:
    written = [text for e in Catalogue.of(folder).file for text in (e.msgstr, *e.msgstr_plural.values())]
    assert [text for text in written if set(text) & set("şţŞŢ")] == []


@room
def test_no_text_is_translated_that_nobody_says(folder: Path) -> None:
    said = {message.key for message in messages_in(folder)}
    assert [f"{context} {text}".strip() for context, text in Catalogue.of(folder).entries.keys() - said] == []
