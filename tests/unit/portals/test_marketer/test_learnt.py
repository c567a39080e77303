"""What a predictor has learnt, in words, as a list, as a drawing, and as stops of a slider."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tradewind.crm.decisions.predictors import (
    Change,
    Changes,
    Condition,
    Evidence,
    Place,
    Predictor,
    ProfileView,
    Quality,
    Scored,
    Tally,
)
from tradewind.portals.marketer.learnt import icicle, wording
from tradewind.portals.marketer.learnt.conditions import in_words
from tradewind.portals.marketer.learnt.slider import Slider, Stop, slider, stops
from tradewind.portals.marketer.learnt.story import Telling, odds
from tradewind.portals.marketer.learnt.tree import Drawing, Written, ranked

INCOME = "customer.income"
LABELS = {INCOME: "Income", "customer.segment": "Segment", "customer.call=invoice": "An invoice"}
LOW, HIGH = Condition(INCOME, below=92.5), Condition(INCOME, at_least=92.5, missing=True)
AT = datetime(datetime.now(UTC).year, 11, 9, 14, 6, tzinfo=UTC)  # moments of another year are written with it


# ---- Conditions


@pytest.mark.parametrize(
    ("condition", "english", "romanian"),
    [
        (LOW, "Income below 92.5", "Income: sub 92,5"),
        (HIGH, "Income from 92.5, or not known", "Income: de la 92,5 sau nu se știe"),
        (
            Condition(INCOME, at_least=1000, below=2000),
            "Income from 1,000 to below 2,000",
            "Income: de la 1.000 până sub 2.000",
        ),
        (
            Condition("customer.segment", values=("home", "business", "student")),
            "Segment: home, business or student",
            "Segment: home, business sau student",
        ),
        (Condition("customer.call", values=("invoice",)), "Call: An invoice", "Call: An invoice"),
        (Condition("customer.is_new", values=("true",)), "Is new: yes", "Is new: da"),
        (Condition(INCOME, at_least=92.5, missing=True, always_known=True), "Income from 92.5", "Income: de la 92,5"),
        (Condition(INCOME, missing=True), "Income not known", "Income: nu se știe"),
        (Condition(INCOME), "Income known", "Income: se știe"),
    ],
)
def test_a_condition_is_said_in_both_languages(condition: Condition, english: str, romanian: str) -> None:
    assert in_words(condition, LABELS) == english
    with translation.override("ro"):
        assert in_words(condition, LABELS) == romanian


# ---- The tree


def view(path: tuple[int, ...], shown: int, accepted: int, *parts: ProfileView, **changes: object) -> ProfileView:
    share = accepted / shown if shown else 0.1
    plain = ProfileView(
        code="all" + "".join(f"/{side}" for side in path),
        name="Everyone",
        shown=shown,
        accepted=accepted,
        propensity=share,
        lower=max(share - 0.05, 0.0),
        upper=share + 0.05,
        place=("all", path),
        when=(LOW, HIGH)[path[-1]] if path else None,
        profiles=parts,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields that a test names


def learnt(*roots: ProfileView) -> Predictor:
    return Predictor("O-1", 1, sum(r.shown for r in roots), sum(r.accepted for r in roots), 0.2, roots)


SPLIT = learnt(view((), 100, 36, view((0,), 60, 6), view((1,), 40, 30)))


def test_a_tree_has_the_conditions_of_its_parts_and_what_marketing_wrote_of_its_roots() -> None:
    (root,) = Drawing(LABELS, {"all": Written("Suits everybody", "true")}).nodes(SPLIT)
    assert (root.label, root.number, root.written) == ("Everyone", 1, Written("Suits everybody", "true"))
    assert [node.label for node in root.children] == ["Income below 92.5", "Income from 92.5, or not known"]
    assert [(node.number, node.written) for node in root.children] == [(0, None), (0, None)]


def test_the_best_and_the_worst_are_marked_where_the_figures_tell_them_apart() -> None:
    assert ranked(SPLIT) == {("all", (1,)): "best", ("all", (0,)): "worst"}
    near = learnt(view((), 100, 20, view((0,), 50, 9), view((1,), 50, 11)))
    assert ranked(near) == {}
    assert ranked(learnt(view((), 100, 20))) == {}
    assert ranked(learnt(view((), 40, 30), view((), 0, 0, place=("other", ())))) == {}


def test_what_moved_and_what_is_new_is_said_beside_an_earlier_tree() -> None:
    earlier = learnt(view((), 80, 20))
    (root,) = Drawing(LABELS, fresh={("all", (1,)): "9 Nov, 14:06"}, earlier=earlier).nodes(SPLIT)
    assert root.moved == pytest.approx(11.0)
    assert [(node.new, node.moved) for node in root.children] == [("", None), ("9 Nov, 14:06", None)]
    (same,) = Drawing(LABELS, earlier=SPLIT).nodes(SPLIT)
    assert [node.moved for node in same.walk()] == [None, None, None]


# ---- The drawing


def test_a_drawing_is_as_wide_as_the_responses_and_as_strong_as_the_propensity() -> None:
    drawn = icicle.drawn(Drawing(LABELS).nodes(SPLIT))
    root, low, high = drawn.cells
    assert (root.x, root.width, drawn.height) == (0, icicle.WIDTH, 2 * icicle.ROW)
    assert low.width == pytest.approx(0.6 * icicle.WIDTH, abs=0.1)
    assert (high.x, high.y) == (low.width, icicle.ROW)
    assert (low.step, high.step, low.rank, high.rank) == (1, 5, "worst", "best")
    assert (low.is_dark, high.is_dark) == (False, True)


def test_parts_without_responses_share_the_width_and_narrow_cells_stay_empty() -> None:
    fresh = learnt(view((), 10, 0, view((0,), 0, 0), view((1,), 0, 0)), view((), 990, 9, place=("b", ())))
    cells = icicle.drawn(Drawing(LABELS).nodes(fresh)).cells
    assert [cell.width for cell in cells] == pytest.approx([13.4, 6.7, 6.7, 1330.6], abs=0.1)
    assert [(cell.lines, cell.value) for cell in cells[:3]] == [((), None)] * 3
    assert sum(cell.width for cell in cells if cell.y == 0) == pytest.approx(icicle.WIDTH, abs=0.2)


def test_nothing_accepted_draws_without_dividing_by_nothing() -> None:
    none = learnt(view((), 10, 0, propensity=0.0))
    assert [cell.step for cell in icicle.drawn(Drawing().nodes(none)).cells] == [1]
    assert icicle.drawn(()).cells == ()


# ---- The story

COUNTS = Evidence(Tally(60, 6), Tally(40, 30), luck=1e-4)


def change(sort: str, path: tuple[int, ...] = (), *, minutes: int = 0, **changes: object) -> Change:
    plain = Change(
        sort=sort,  # type: ignore[arg-type]  # one of the words
        position=str(100 + minutes),
        at=AT + timedelta(minutes=minutes),
        place=("all", path),
        parts=(LOW, HIGH) if sort == "split" else None,
        evidence=COUNTS,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields that a test names


FIRST = change("split")
SECOND = change("split", (0,), minutes=1)
DRIFT = change("drifted", (0, 1), minutes=2)
MERGED = change("pruned", (0,), minutes=3)
REFIT = change("refitted", minutes=4, place=None, evidence=None, responses=1440)
KNOWN = (REFIT, MERGED, DRIFT, SECOND, FIRST)
TELLING = Telling({"all": "Everyone"}, LABELS, KNOWN)


def test_each_sort_of_change_is_told() -> None:
    assert [TELLING.title(each) for each in KNOWN] == [
        "The scorer grew its trees again",
        "The parts of “Income below 92.5” of “Everyone” were merged",
        "Acceptance rose in “Income from 92.5, or not known” of “Everyone”",
        "“Income below 92.5” of “Everyone” was split by “Income”",
        "“Everyone” was split by “Income”",
    ]
    fell = replace(DRIFT, evidence=Evidence(Tally(40, 30), Tally(60, 6), 0.01))
    assert TELLING.title(fell).startswith("Acceptance fell")


def test_a_change_is_told_with_what_it_rests_on() -> None:
    split, merged, drift = map(TELLING.told, (FIRST, MERGED, DRIFT))
    assert [(side.label, side.tally.accepted, side.tally.shown) for side in split.sides] == [
        ("Income below 92.5", 6, 60),
        ("Income from 92.5, or not known", 30, 40),
    ]
    assert split.note == "Chance alone would look like this at most once in 10,000 times."
    assert [side.label for side in merged.sides] == ["Income below 92.5", "Income from 92.5, or not known"]
    assert merged.note == "They no longer differ."
    assert [side.label for side in drift.sides] == ["Before", "After"]
    assert TELLING.told(REFIT).note == "After 1,440 responses."


@pytest.mark.parametrize(
    ("luck", "said"),
    [(0.0, "once in a million"), (1e-7, "once in a million"), (0.00123, "once in 810 times"), (0.7, "")],
)
def test_chances_are_said_as_odds(luck: float, said: str) -> None:
    assert said in odds(Evidence(Tally(1, 1), Tally(1, 0), luck))
    assert bool(said) == bool(odds(Evidence(Tally(1, 1), Tally(1, 0), luck)))


def test_a_part_whose_split_is_not_known_is_named_by_the_tree_or_as_a_part() -> None:
    deep = change("split", (0,), minutes=9)
    telling = Telling({"all": "Everyone"}, LABELS, (deep,))
    assert telling.title(deep) == "a part of “Everyone” was split by “Income”"
    told = replace(telling, standing=SPLIT).title(deep)
    assert told == "“Income below 92.5” of “Everyone” was split by “Income”"
    assert Telling().title(replace(FIRST, parts=None)) == "“all” was split"


def test_the_story_speaks_romanian() -> None:
    with translation.override("ro"):
        assert TELLING.title(FIRST) == "„Everyone”: împărțit după „Income”"
        assert TELLING.told(REFIT).note == "După 1.440 de răspunsuri."


# ---- The slider

FOUND = stops(Changes(KNOWN, start="99"), TELLING)


def at(**asked: str) -> Slider:
    found = slider(FOUND, asked)
    assert found is not None
    return found


def test_the_slider_stops_before_the_first_change_behind_each_and_now() -> None:
    assert [(stop.index, stop.position) for stop in FOUND] == [
        (0, "99"),
        *((number, str(99 + number)) for number in range(1, 6)),
        (6, ""),
    ]
    assert FOUND[0].label == "Before the first change, 9 Nov, 14:06"
    assert FOUND[1].label == "9 Nov, 14:06: “Everyone” was split by “Income”"
    assert FOUND[-1].label == "Now"
    assert stops(Changes(), TELLING) == ()
    assert slider((), {}) is None


def test_where_more_changes_lie_before_it_says_before_when() -> None:
    assert stops(Changes(KNOWN[:2], start="102", earlier="103"), TELLING)[0].label == "Before 9 Nov, 14:09"


def test_moments_in_one_minute_are_told_apart_by_seconds() -> None:
    near = replace(SECOND, at=AT + timedelta(seconds=12))
    found = stops(Changes((near, FIRST), start="99"), TELLING)
    assert [stop.moment for stop in found[1:3]] == ["9 Nov, 14:06:00", "9 Nov, 14:06:12"]


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, 6),
        ({"position": "99"}, 0),
        ({"position": "103"}, 4),
        ({"stop": "0", "of": "6", "until": "104"}, 0),
        ({"stop": "6", "of": "6", "until": "104"}, 6),
        ({"stop": "4", "of": "4", "until": "102"}, 6),
        ({"stop": "3", "of": "4", "until": "102"}, 3),
        ({"stop": "0", "of": "4", "until": "102"}, 0),
        ({"stop": "x", "of": "y"}, 6),
        ({"stop": "0", "of": "99", "until": "104"}, 0),
    ],
)
def test_the_slider_stands_where_the_address_or_the_form_left_it(asked: dict[str, str], index: int) -> None:
    assert at(**asked).shown == FOUND[index]


def test_a_moment_that_is_no_stop_is_compared_with_nothing() -> None:
    other = at(position="42")
    assert (other.shown, other.fresh) == (Stop(0, "42", "Another moment"), {})


def test_a_stop_is_compared_with_the_one_before_unless_another_is_asked_for() -> None:
    below: list[Place] = [("all", (0, 0)), ("all", (0, 1))]
    assert at(position="101").earlier == FOUND[1]
    assert at(position="101").fresh == dict.fromkeys(below, "9 Nov, 14:07")
    both = at(position="101", since="99")
    assert both.fresh == {("all", (0,)): "9 Nov, 14:06", ("all", (1,)): "9 Nov, 14:06"} | at(position="101").fresh
    assert at(position="100", since="103").earlier == FOUND[0]
    assert at(position="99").fresh == {}


def test_what_is_now_is_compared_with_what_was_before_the_last_change() -> None:
    found = slider(stops(Changes((SECOND, FIRST), start="99"), TELLING), {})
    assert found is not None
    assert found.earlier.position == "100"
    assert set(found.fresh) == {("all", (0, 0)), ("all", (0, 1))}


# ---- The scorer


def quality(auc: float) -> Quality:
    return Quality(responses=1440, log_loss=0.425, auc=auc, miscalibration=0.021)


@pytest.mark.parametrize(
    ("profiles", "scorer", "said"),
    [
        (0.70, 0.761, "The scorer puts 6.1 points more of the pairs in the right order than the profiles do."),
        (0.75, 0.70, "The profiles put 5.0 points more of the pairs in the right order than the scorer does."),
        (0.7, 0.7, "Profiles and scorer put responses in order equally well."),
    ],
)
def test_the_gap_between_profiles_and_scorer_is_said(profiles: float, scorer: float, said: str) -> None:
    assert wording.scored_words(Scored(quality(profiles), quality(scorer), drifts=0)) == said


def test_the_scorer_stands_beside_the_profiles() -> None:
    page = render_to_string("marketer/_scored.html", {"scored": Scored(quality(0.7), quality(0.76), drifts=2)})
    assert "The scorer noticed 2 changes of the world" in page
    for figure in ("70.0\u00a0%", "76.0\u00a0%", "0.425", "2.1\u00a0%", "1,440"):
        assert figure in page
