"""The benchmark of access on a tiny channel: both sides find the same, and the page has a place for it."""

from __future__ import annotations

import pytest
from benchmarks import results
from benchmarks.channel import lists, page, world
from benchmarks.pages import between
from benchmarks.results import Figure

from tradewind.crm.access import scope
from tradewind.crm.access.models import AccessRight
from tradewind.crm.sales.models import Lead


@pytest.fixture
def measured(db: None, monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    monkeypatch.setattr(world, "analyse", lambda: None)  # not inside a transaction
    results.start_run(keep=False)
    built = world.build(partners=40)
    built.grow(400)
    lists.grown(built, leads=400, rounds=2)
    lists.measure(built, rounds=2)
    return results.figures()


def test_every_question_is_measured_beside_a_plain_filter(measured: list[Figure]) -> None:
    names = {figure.name for figure in measured}
    assert "sqlite.four_levels.one_partner.list" in names
    assert {f"sqlite.four_levels.most_partners.{question.replace(' ', '_')}" for question in lists.QUESTIONS} < names
    assert {"sqlite.form.read_first", "sqlite.form.subquery", "sqlite.explain.why"} < names
    assert all(figure.ratio and figure.peer_value for figure in measured if ".explain." not in figure.name)


def test_what_is_tried_on_the_way_is_taken_back(measured: list[Figure]) -> None:
    assert not AccessRight.objects.filter(rule__code="lead-created-by-company", action="read").exists()


def test_people_come_to_the_partners_that_are_said(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "analyse", lambda: None)
    built = world.build(partners=40)
    built.grow(400)
    assert [len(person.partners) for person in built.people] == [1, 1, 10, 18]
    for person in built.people:
        assert set(scope(person.user, Lead).values_list("partner", flat=True)) == set(person.partners)


def test_the_page_has_a_place_for_the_tables(measured: list[Figure]) -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    written = between(text, "channel", page.tables(measured))
    assert "| SQLite | four levels, one partner | list |" in written
    assert "| SQLite | four levels, most partners | found page |" in written
    assert "| SQLite | explain: why not |" in written
    assert [(line.label, len(line.points)) for line in page.curves(measured)[:2]] == [
        ("SQLite, with rights", 1),
        ("SQLite, plain filter", 1),
    ]
