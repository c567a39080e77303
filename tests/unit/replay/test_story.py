"""What the engine has learnt of the bank's offers, in words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tradewind.cli.replay.happened import Happened
from tradewind.cli.replay.learnt import Change, Learnt, Part, in_order
from tradewind.cli.replay.measures import Stretch
from tradewind.cli.replay.story import all_changes, headline, sentence, told
from tradewind.engine import wire

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
INCOME = (
    wire.Branch(attribute="bank_customer.income", below=100_000.0),
    wire.Branch(attribute="bank_customer.income", at_least=100_000.0, missing=True),
)
EDUCATION = (
    wire.Branch(attribute="bank_customer.education", values=["undergraduate"]),
    wire.Branch(attribute="bank_customer.education", values=["graduate", "professional"], missing=True),
)
MORE_INCOME = (
    wire.Branch(attribute="bank_customer.income", below=120_000.0),
    wire.Branch(attribute="bank_customer.income", at_least=120_000.0, missing=True),
)
TITLES = {"loan": "Personal loan", "card": "Credit card"}


def split(
    position: int, path: list[int], branches: tuple[wire.Branch, wire.Branch], **more: Any
) -> wire.PredictorChanged:
    evidence = wire.ChangeEvidence(
        first=(100, 1), second=(50, 20), statistic=40.0, p_value=1e-9, level=0.03, tries=20, look=1
    )
    fields: Mapping[str, Any] = {
        "change": "split",
        "offer": "loan",
        "profile": "everyone",
        "words": "said by the engine",
        "based_on": 0,
        **more,
    }
    return wire.PredictorChanged(
        position=str(position), id=f"c-{position}", at=AT, path=path, evidence=evidence, branches=branches, **fields
    )


def told_of(*changes: wire.PredictorChanged) -> tuple[Change, ...]:
    return tuple(in_order(changes, lambda offer, position: None))


def test_the_last_answer_before_a_position_is_found() -> None:
    early, late = datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 4, tzinfo=UTC)
    happened = Happened(answered={"loan": [(10, early), (20, late)]})
    found = [happened.answered_before("loan", position) for position in ("10", "11", "20", "21")]
    assert found == [None, early, early, late]
    assert happened.answered_before("card", "21") is None


def test_a_change_further_down_says_within_which_part_it_was_made() -> None:
    changes = told_of(split(1, [], INCOME), split(2, [1], EDUCATION), split(3, [1, 1], MORE_INCOME))
    assert [change.within for change in changes] == [
        "",
        "income from 100,000",
        "income from 100,000, education is graduate or professional",
    ]


def test_bounds_of_one_attribute_are_said_together() -> None:
    changes = told_of(split(1, [], INCOME), split(2, [1], MORE_INCOME), split(3, [1, 0], EDUCATION))
    assert changes[2].within == "income from 100,000 to below 120,000"


def test_profiles_of_one_offer_do_not_take_each_others_place() -> None:
    changes = told_of(split(1, [], INCOME), split(2, [1], EDUCATION, profile="others"))
    assert [change.within for change in changes] == ["", ""]


def test_the_profile_is_named_where_there_are_several() -> None:
    (change,) = in_order([split(1, [], INCOME)], lambda offer, position: None, has_several=True)
    assert change.within == "everyone"


def test_a_sentence_has_the_day_of_the_answers_and_without_one_that_of_the_engine() -> None:
    answered = {"1": datetime(2026, 11, 3, 10, 15, tzinfo=UTC)}
    changes = [split(1, [], INCOME), split(2, [0], EDUCATION)]
    dated, undated = in_order(changes, lambda offer, position: answered.get(position))
    assert sentence(dated, TITLES) == "03 Nov 10:15  Personal loan was split: said by the engine"
    assert sentence(undated, TITLES).startswith("28 Nov 09:00  Personal loan was split for income below 100,000: ")


def test_the_offer_whose_parts_differ_most_is_told_first_and_one_nobody_saw_not_at_all() -> None:
    best, worst = Part("income from 100,000", 50, 20), Part("income below 100,000", 100, 1)
    loan = Learnt("loan", Part("", 150, 21), best, worst, ())
    card = Learnt("card", Part("", 200, 60), None, None, ())
    unseen = Learnt("card", Part("", 0, 0), None, None, ())
    assert list(told([card, unseen, loan], TITLES)) == [
        "Personal loan: 14.0% of 150 accepted. Most with income from 100,000 (40.0% of 50); "
        "fewest with income below 100,000 (1.0% of 100).",
        "Credit card: 30.0% of 200 accepted; no parts that differ were found.",
    ]


def test_the_headline_compares_the_first_customers_with_the_last() -> None:
    over_time = [Stretch(50, 0.2, 0.24, 7.0, 6.9), Stretch(101, 0.42, 0.23, 10.0, 6.5)]
    assert headline(over_time) == (
        "Of the first 50 customers 20.0% accepted, of the last 51 42.0%; "
        "offers at random would have had 24.0% and 23.0%."
    )


def test_changes_of_several_offers_come_in_the_order_of_history() -> None:
    loan = Learnt("loan", Part("", 0, 0), None, None, told_of(split(9, [], INCOME), split(11, [0], EDUCATION)))
    card = Learnt("card", Part("", 0, 0), None, None, told_of(split(10, [], INCOME, offer="card")))
    assert [change.position for change in all_changes([loan, card])] == ["9", "10", "11"]
