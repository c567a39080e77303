"""An offer is said in the language asked for, or in the best there is."""

import pytest

from tradewind.engine.core.context import Context
from tradewind.engine.core.published import CompiledTreatment
from tradewind.engine.core.treatments import choose, in_language
from tradewind.engine.core.wording import Wording


def treatment(id: str, language: str, text: str = "plain") -> CompiledTreatment:
    title = Wording.read(text)
    return CompiledTreatment(id, language, {"title": title}, title.names)


@pytest.mark.parametrize(
    ("asked", "chosen"), [("ro", "ro"), ("ro-MD", "ro"), ("en", "en"), ("fr", "en"), (None, "en"), ("de-AT", "de")]
)
def test_the_language_asked_for_comes_first_then_english(asked: str | None, chosen: str) -> None:
    known = [treatment("de", "de"), treatment("ro", "ro"), treatment("en", "en")]
    assert choose(known, asked, Context()).id == chosen


def test_without_english_the_first_one_is_taken() -> None:
    assert choose([treatment("de", "de"), treatment("ro", "ro")], "fr", Context()).id == "de"


def test_a_text_without_gaps_goes_before_the_right_language() -> None:
    known = [treatment("ro", "ro", "Dragă {{ c.name }}"), treatment("en", "en")]
    assert choose(known, "ro", Context()).id == "en"
    assert choose(known, "ro", Context({"c.name": "Ana"})).id == "ro"


def test_when_every_text_has_gaps_the_language_decides() -> None:
    known = [treatment("en", "en", "{{ c.name }}"), treatment("ro", "ro", "{{ c.name }}")]
    assert choose(known, "ro", Context()).id == "ro"


def test_a_reason_follows_the_same_order_and_may_be_absent() -> None:
    assert in_language({"en": "a", "ro": "b"}, "ro") == "b"
    assert in_language({"de": "a"}, "ro") == "a"
    assert in_language({}, "ro") is None
