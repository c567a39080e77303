"""Laws of learners: each takes a way to make one, and a problem with rows."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.kernels.chances import draw
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.lab.laws.cases import Case, Make, hold, live
from tradewind.engine.lab.learner import Choice, Learner
from tradewind.engine.lab.problems import Floats, Row

CLOSE: Final = 1e-9
CORRECTED: Final = 0.25
"""Of the difference that wrong answers made, so much may be left to a learner that estimates as it goes."""

GROWTH: Final = 256 * 1024
"""Bytes that a learner may grow by while it learns a thousand rows more."""

FILLED: Final = 2_500
"""Rows after which a learner hardly retains more than it has."""


def probabilities_sum_to_one_over_what_is_allowed(make: Make, case: Case) -> None:
    """What is not allowed has no entry; the others are no less than zero and sum to one; what is drawn has a chance."""
    for number, (choice, _) in enumerate(live(make(case.problem), case)):
        allowed = case.allowed(number)
        hold(np.array_equal(choice.allowed, allowed), f"row {number}: not exactly the allowed offers have an entry")
        hold(bool(np.all(choice.probabilities >= 0.0)), f"row {number}: a probability is below zero")
        hold(abs(float(choice.probabilities.sum()) - 1.0) < CLOSE, f"row {number}: probabilities do not sum to one")
        hold(choice.offer in allowed and choice.probability > 0.0, f"row {number}: what was drawn had no chance")


def what_is_drawn_is_drawn_from_the_vector(make: Make, case: Case) -> None:
    """The first random number of the decision falls on the offer that is chosen."""
    for number, (choice, _) in enumerate(live(make(case.problem), case)):
        uniform = Draws(f"law/{number}".encode()).at(1)
        hold(draw(choice.probabilities, uniform) == choice.at, f"row {number}: the draw is not from the vector")


def propensities_are_chances(make: Make, case: Case) -> None:
    """Each offer of the problem has a propensity between 0 and 1, before and after learning, whatever is missing."""
    learner = make(case.problem)
    nothing: Row = (None,) * len(case.problem.attributes)
    for _ in range(2):
        for row in (nothing, case.rows[0]):
            found = learner.propensity(row)
            hold(found.shape == (len(case.problem.offers),), "not every offer has a propensity")
            hold(bool(np.all((found >= 0.0) & (found <= 1.0))), "a propensity is not between 0 and 1")
        live(learner, case)


def the_same_seeds_give_the_same_choices(make: Make, case: Case) -> None:
    """Two learners that meet the same customers with the same random numbers choose the same."""
    _same(live(make(case.problem), case), live(make(case.problem), case))


def choosing_changes_nothing(make: Make, case: Case) -> None:
    """A learner that is asked more often than it is answered is the same learner."""
    asked, other = make(case.problem), make(case.problem)
    for number, (choice, reward) in enumerate(live(make(case.problem), case)):
        asked.choose(case.rows[number], case.allowed(number), Draws(b"asked"))
        asked.propensity(case.rows[number])
        for learner in (asked, other):
            learner.learn(choice, reward)
    _alike(asked, other, case)


def replay_equals_live(make: Make, case: Case) -> None:
    """A learner that is told the choices and rewards of another one knows what that one knows."""
    alive, replayed = make(case.problem), make(case.problem)
    for choice, reward in live(alive, case):
        replayed.learn(choice, reward)
    _alike(alive, replayed, case)


def a_correction_unlearns(make: Make, case: Case) -> None:
    """What was corrected, or taken back, is as if it had been told so from the beginning."""
    corrected, right = make(case.problem), make(case.problem)
    told = live(make(case.problem), case)
    for choice, reward in told:
        corrected.learn(choice, MICRO - reward)
    for number, (choice, reward) in enumerate(told):
        corrected.learn(choice, None if number % 3 == 0 else reward, instead_of=MICRO - reward)
        if number % 3 != 0:
            right.learn(choice, reward)
    _alike(corrected, right, case)


def a_correction_is_learnt_from(make: Make, case: Case) -> None:
    """A learner that was told the contrary of everything, and then the truth, expects what one expects that was not."""
    corrected, right, wrong = make(case.problem), make(case.problem), make(case.problem)
    for choice, reward in (told := live(make(case.problem), case)):
        corrected.learn(choice, MICRO - reward)
        wrong.learn(choice, MICRO - reward)
        right.learn(choice, reward)
    for choice, reward in told:
        corrected.learn(choice, reward, instead_of=MICRO - reward)
    left, before = (_apart(each, right, case) for each in (corrected, wrong))
    hold(left <= CORRECTED * before, f"{left:.3f} of a mean difference of {before:.3f} is left")


def the_order_of_the_attributes_does_not_matter(make: Make, case: Case) -> None:
    """The same customers, described in another order, are chosen the same offers."""
    order = list(reversed(range(len(case.problem.attributes))))
    turned = replace(
        case,
        problem=case.problem.in_order(order),
        rows=[tuple(row[place] for place in order) for row in case.rows],
    )
    _same(live(make(case.problem), case), live(make(turned.problem), turned))


def memory_is_bounded(make: Make, case: Case) -> None:
    """A thousand rows more, told and forgotten, leave a learner as large as it was."""
    learner = make(case.problem)
    tracemalloc.start()  # from the beginning: what is replaced later must be known to have been there
    try:
        live(learner, case, FILLED)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        live(learner, case, 1_000)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    hold(after - before < GROWTH, f"it grew by {after - before:,} bytes in a thousand rows")


def nobody_looks_into_the_future(make: Make, case: Case) -> None:
    """What each offer would bring if it were shown to all is of no use. Learners that cheat need not keep this one."""
    blind = replace(case.problem, hindsight=())
    _same(live(make(case.problem), case), live(make(blind), case))


LEARNER_LAWS: Final[tuple[Callable[[Make, Case], None], ...]] = (
    probabilities_sum_to_one_over_what_is_allowed,
    what_is_drawn_is_drawn_from_the_vector,
    propensities_are_chances,
    the_same_seeds_give_the_same_choices,
    choosing_changes_nothing,
    replay_equals_live,
    a_correction_is_learnt_from,
    the_order_of_the_attributes_does_not_matter,
    memory_is_bounded,
)
"""Kept by every learner; `nobody_looks_into_the_future` by all that do not cheat, `a_correction_unlearns` by all that
do not estimate as they go how far they can be trusted."""


def _same(one: Sequence[tuple[Choice, int]], other: Sequence[tuple[Choice, int]]) -> None:
    for number, ((chosen, _), (also, _)) in enumerate(zip(one, other, strict=True)):
        near = _near(chosen.probabilities, also.probabilities)
        hold(near and chosen.offer == also.offer, f"row {number}: {also.offer} was chosen and not {chosen.offer}")


def _alike(one: Learner, other: Learner, case: Case) -> None:
    everything = np.arange(len(case.problem.offers))
    for number, row in enumerate(case.rows[:20]):
        hold(_near(one.propensity(row), other.propensity(row)), f"row {number}: propensities differ")
        chosen, also = (each.choose(row, everything, Draws(b"alike")) for each in (one, other))
        hold(_near(chosen.probabilities, also.probabilities), f"row {number}: selection probabilities differ")


def _apart(one: Learner, other: Learner, case: Case) -> float:
    """The mean difference of what two learners expect."""
    return float(np.mean([np.abs(one.propensity(row) - other.propensity(row)) for row in case.rows[:20]]))


def _near(one: Floats, other: Floats) -> bool:
    return one.shape == other.shape and bool(np.all(np.abs(one - other) <= CLOSE))
