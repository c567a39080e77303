"""What the sources say to people, and what the catalogues make of it. Needs no gettext tools."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf]|\{\w*\}")


@dataclass(frozen=True, slots=True)
class Message:
    """One text as it stands in a source."""

    text: str
    plural: str
    context: str
    where: str

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


def messages_in(folder: Path) -> list[Message]:
    """Every text that the Python files and templates below a folder hand to translation."""
    sources = [*folder.rglob("*.py"), *folder.rglob("templates/**/*.html"), *folder.rglob("templates/**/*.txt")]
    return [message for source in sorted(sources) if "migrations" not in source.parts for message in read(source)]


def read(source: Path) -> Iterator[Message]:
    text = source.read_text(encoding="utf-8")
    if source.suffix != ".py":
        text = as_python(text)
    for line, found, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
        texts = found if isinstance(found, tuple) else (found,)
        yield Message(texts[0], texts[1] if len(texts) > 1 else "", context or "", f"{source.name}:{line}")


def as_python(template: str) -> str:
    """A template as calls of gettext, one statement a line, without what only looks like Python."""
    lines = (line.strip() for line in templatize(template).splitlines())
    calls = re.compile(r"""(?:gettext|ngettext|pgettext|npgettext|_)\(.*\)""")
    return "\n".join(found[0] if (found := calls.search(line)) else "" for line in lines) + "\n"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The Romanian texts of one room."""

    file: polib.POFile

    @classmethod
    def of(cls, folder: Path) -> "Catalogue":
        path = folder / "locale" / "ro" / "LC_MESSAGES" / "django.po"
        return cls(polib.pofile(str(path)) if path.exists() else polib.POFile())

    @property
    def entries(self) -> dict[tuple[str, str], polib.POEntry]:
        return {(entry.msgctxt or "", entry.msgid): entry for entry in self.file if not entry.obsolete}


def faults(messages: list[Message], catalogue: Catalogue) -> list[str]:
    """What keeps a reader of Romanian from reading every text, one sentence each."""
    entries = catalogue.entries
    found = [fault for message in messages for fault in faults_of(message, entries.get(message.key))]
    return sorted(set(found))


def faults_of(message: Message, entry: polib.POEntry | None) -> list[str]:
    name = f"{message.where} {message.text!r}"
    if entry is None:
        return [f"{name} is missing"]
    if entry.fuzzy:
        return [f"{name} is fuzzy"]
    forms = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
    if not all(forms) or len(forms) != (3 if message.plural else 1):
        return [f"{name} is not translated in every form"]
    wanted = placeholders(message.text) | placeholders(message.plural)
    counted = placeholders(message.text) & placeholders(message.plural) if message.plural else wanted
    wrong = [form for form in forms if not counted <= placeholders(form) <= wanted]
    return [f"{name} has other placeholders in {form!r}" for form in wrong]


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))
