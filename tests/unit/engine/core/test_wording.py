"""Texts are filled with what is known."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tradewind.engine.core.wording import BrokenPlaceholder, Wording


def test_a_text_is_cut_at_its_placeholders() -> None:
    wording = Wording.read("Dear {{ customer.first_name }}, {{customer.city}}!")
    assert wording.names == ("customer.first_name", "customer.city")
    assert wording.fill({"customer.first_name": "Ana", "customer.city": "Iași"}) == "Dear Ana, Iași!"


def test_a_missing_value_leaves_nothing_behind() -> None:
    assert Wording.read("Dear {{ customer.first_name }}!").fill({}) == "Dear !"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (30.0, "30"),
        (30.5, "30.5"),
        (True, "true"),
        (("a", "b"), "a, b"),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01"),
        ("{{ c.v }}", "{{ c.v }}"),
    ],
)
def test_a_value_is_said_as_people_write_it(value: Any, said: str) -> None:
    assert Wording.read("{{ c.v }}").fill({"c.v": value}) == said


@pytest.mark.parametrize(
    ("text", "column"), [("{{ name }}", 1), ("ab {{", 4), ("}}", 1), ("{{ a.b }} {{ a.b", 11), ("{{ a.b.c }}", 1)]
)
def test_braces_that_are_no_placeholder_are_refused_where_they_stand(text: str, column: int) -> None:
    with pytest.raises(BrokenPlaceholder) as refused:
        Wording.read("first line\n" + text)
    assert (refused.value.line, refused.value.column) == (2, column)


def test_single_braces_are_plain_text() -> None:
    assert Wording.read("{a} } {").fill({}) == "{a} } {"
