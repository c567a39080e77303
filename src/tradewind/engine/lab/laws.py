"""Laws that every learner and every history must keep; each is a function that raises `LawBroken` and says what.

`LEARNER_LAWS` take a way to make a learner and a problem with rows, `HISTORY_LAWS` a way to open an empty history.
Tests run all of them on everything that is registered; whoever writes a learner runs them on theirs.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tradewind.engine.core.events import Fact
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.kernels.chances import draw
from tradewind.engine.core.predictors.leaves import MICRO
from tradewind.engine.core.state import State, apply, model_digest, state_digest
from tradewind.engine.history import DuplicateId, History
from tradewind.engine.lab.learner import Choice, Learner, Offers
from tradewind.engine.lab.problems import Floats, Problem, Row

CLOSE: Final = 1e-9
CORRECTED: Final = 0.25
"""Of the difference that wrong answers made, so much may be left to a learner that estimates as it goes."""

GROWTH: Final = 256 * 1024
"""Bytes that a learner may grow by while it learns a thousand rows more."""

FILLED: Final = 2_500
"""Rows after which a learner hardly retains more than it has."""

type Make = Callable[[Problem], Learner]
type Opened = Callable[[], History]


class LawBroken(AssertionError):  # noqa: N818 - it says what happened
    """A law does not hold; the message says where."""


@dataclass(frozen=True, slots=True)
class Case:
    """A problem, customers, and how likely each offer is to be accepted by each of them."""

    problem: Problem
    rows: Sequence[Row]
    chances: Sequence[Sequence[float]]

    def allowed(self, number: int) -> Offers:
        """Some of the offers, others for every row, and never none."""
        offers, draws = len(self.problem.offers), Draws(f"allowed/{number}".encode())
        kept = [offer for offer in range(offers) if draws.at(offer) < 0.7]
        return np.array(kept or [number % offers], np.int64)

    def reward(self, number: int, offer: int) -> int:
        """What an offer brings: all or nothing, or a part, the same for every learner."""
        draws = Draws(f"reward/{number}".encode())
        if draws.at(offer) >= self.chances[number % len(self.rows)][offer]:
            return 0
        return MICRO if draws.at(1_000 + offer) < 0.8 else MICRO // 4


def live(learner: Learner, case: Case, size: int | None = None) -> list[tuple[Choice, int]]:
    """Let a learner go through the rows; what it chose and what that brought."""
    told = []
    for number in range(len(case.rows) if size is None else size):
        row = case.rows[number % len(case.rows)]
        choice = learner.choose(row, case.allowed(number), Draws(f"law/{number}".encode()))
        reward = case.reward(number, choice.offer)
        learner.learn(choice, reward)
        told.append((choice, reward))
    return told


# ------------------------------------------------------------ learners


def probabilities_sum_to_one_over_what_is_allowed(make: Make, case: Case) -> None:
    """What is not allowed has no entry; the others are no less than zero and sum to one; what is drawn has a chance."""
    for number, (choice, _) in enumerate(live(make(case.problem), case)):
        allowed = case.allowed(number)
        _hold(np.array_equal(choice.allowed, allowed), f"row {number}: not exactly the allowed offers have an entry")
        _hold(bool(np.all(choice.probabilities >= 0.0)), f"row {number}: a probability is below zero")
        _hold(abs(float(choice.probabilities.sum()) - 1.0) < CLOSE, f"row {number}: probabilities do not sum to one")
        _hold(choice.offer in allowed and choice.probability > 0.0, f"row {number}: what was drawn had no chance")


def what_is_drawn_is_drawn_from_the_vector(make: Make, case: Case) -> None:
    """The first random number of the decision falls on the offer that is chosen."""
    for number, (choice, _) in enumerate(live(make(case.problem), case)):
        uniform = Draws(f"law/{number}".encode()).at(1)
        _hold(draw(choice.probabilities, uniform) == choice.at, f"row {number}: the draw is not from the vector")


def propensities_are_chances(make: Make, case: Case) -> None:
    """Each offer of the problem has a propensity between 0 and 1, before and after learning, whatever is missing."""
    learner = make(case.problem)
    nothing: Row = (None,) * len(case.problem.attributes)
    for _ in range(2):
        for row in (nothing, case.rows[0]):
            found = learner.propensity(row)
            _hold(found.shape == (len(case.problem.offers),), "not every offer has a propensity")
            _hold(bool(np.all((found >= 0.0) & (found <= 1.0))), "a propensity is not between 0 and 1")
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
    _hold(left <= CORRECTED * before, f"{left:.3f} of a mean difference of {before:.3f} is left")


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
    _hold(after - before < GROWTH, f"it grew by {after - before:,} bytes in a thousand rows")


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


# ------------------------------------------------------------ histories


def positions_have_no_gap(opened: Opened, facts: Sequence[Fact]) -> None:
    """They count from 1, in the order of the facts, and the head is the last."""
    with _open(opened) as history:
        given = [position for some in _in_groups(facts) for position in history.append(some).positions]
        _hold(given == list(range(1, len(facts) + 1)), f"positions {given[:5]}… do not count from 1")
        _hold(history.head == len(facts), f"the head is {history.head}")


def what_is_durable_is_read_as_it_was_appended(opened: Opened, facts: Sequence[Fact]) -> None:
    """From any position on, in order, never more than asked for; and found by its id."""
    with _open(opened) as history:
        _appended(history, facts)
        for after in (0, len(facts) // 2, len(facts)):
            read = list(history.read(after=after, limit=len(facts)))
            _hold(
                [each.fact for each in read] == list(facts[after:]), f"what is read after {after} is not what was told"
            )
            _hold([each.position for each in read] == list(range(after + 1, len(facts) + 1)), "positions differ")
        _hold(len(list(history.read(after=0, limit=1))) == 1, "more is read than asked for")
        found = history.find(facts[-1].id)
        _hold(found is not None and found == (len(facts), facts[-1]), "a fact is not found by its id")
        _hold(history.find("nobody") is None, "a fact is found that is not there")


def an_id_is_used_once_for_ever(opened: Opened, facts: Sequence[Fact]) -> None:
    """A second fact with an id is refused with all that came with it, and nothing changes."""
    with _open(opened) as history:
        _appended(history, facts[:-1])
        for again in ([facts[-1], facts[0]], [facts[-1], facts[-1]]):
            try:
                history.append(again)
            except DuplicateId:
                _hold(history.head == len(facts) - 1, "something of a refused append was taken")
            else:
                raise LawBroken("an id was used twice")
        _appended(history, facts[-1:])
        _hold(history.head == len(facts), "after a refusal nothing can be appended any more")


def folding_what_is_read_gives_the_live_state(opened: Opened, facts: Sequence[Fact]) -> None:
    """Replay equals live, by both digests."""
    alive, folded = State.empty(), State.empty()
    with _open(opened) as history:
        for fact in facts:
            appended = history.append([fact])
            alive = apply(alive, appended.positions[0], fact)
            appended.durable.result()
        for stored in history.read(after=0, limit=len(facts)):
            folded = apply(folded, stored.position, stored.fact)
    _hold(model_digest(folded) == model_digest(alive), "the model is another one after a replay")
    _hold(state_digest(folded) == state_digest(alive), "the state is another one after a replay")


HISTORY_LAWS: Final[tuple[Callable[[Opened, Sequence[Fact]], None], ...]] = (
    positions_have_no_gap,
    what_is_durable_is_read_as_it_was_appended,
    an_id_is_used_once_for_ever,
    folding_what_is_read_gives_the_live_state,
)


# ------------------------------------------------------------ how they are held


def _hold(holds: bool, why: str) -> None:
    if not holds:
        raise LawBroken(why)


def _same(one: Sequence[tuple[Choice, int]], other: Sequence[tuple[Choice, int]]) -> None:
    for number, ((chosen, _), (also, _)) in enumerate(zip(one, other, strict=True)):
        near = _near(chosen.probabilities, also.probabilities)
        _hold(near and chosen.offer == also.offer, f"row {number}: {also.offer} was chosen and not {chosen.offer}")


def _alike(one: Learner, other: Learner, case: Case) -> None:
    everything = np.arange(len(case.problem.offers))
    for number, row in enumerate(case.rows[:20]):
        _hold(_near(one.propensity(row), other.propensity(row)), f"row {number}: propensities differ")
        chosen, also = (each.choose(row, everything, Draws(b"alike")) for each in (one, other))
        _hold(_near(chosen.probabilities, also.probabilities), f"row {number}: selection probabilities differ")


def _apart(one: Learner, other: Learner, case: Case) -> float:
    """The mean difference of what two learners expect."""
    return float(np.mean([np.abs(one.propensity(row) - other.propensity(row)) for row in case.rows[:20]]))


def _near(one: Floats, other: Floats) -> bool:
    return one.shape == other.shape and bool(np.all(np.abs(one - other) <= CLOSE))


def _in_groups(facts: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    for at in range(0, len(facts), 3):
        yield facts[at : at + 3]


def _appended(history: History, facts: Sequence[Fact]) -> None:
    """Append, and wait until all is durable."""
    for fact in facts:
        history.append([fact]).durable.result()


@contextmanager
def _open(opened: Opened) -> Iterator[History]:
    """A fresh history, closed at the end."""
    history = opened()
    try:
        yield history
    finally:
        history.close()
