"""Laws that every learner and every history must keep; each is a function that raises `LawBroken` and says what.

`LEARNER_LAWS` take a way to make a learner and a problem with rows, `HISTORY_LAWS` a way to open an empty history.
Tests run all of them on everything that is registered; whoever writes a learner runs them on theirs.
"""

from __future__ import annotations

from tradewind.engine.lab.laws.cases import Case, LawBroken, Make, Opened, live
from tradewind.engine.lab.laws.histories import (
    HISTORY_LAWS,
    an_id_is_used_once_for_ever,
    folding_what_is_read_gives_the_live_state,
    positions_have_no_gap,
    what_is_durable_is_read_as_it_was_appended,
)
from tradewind.engine.lab.laws.learners import (
    LEARNER_LAWS,
    a_correction_is_learnt_from,
    a_correction_unlearns,
    choosing_changes_nothing,
    memory_is_bounded,
    nobody_looks_into_the_future,
    probabilities_sum_to_one_over_what_is_allowed,
    propensities_are_chances,
    replay_equals_live,
    the_order_of_the_attributes_does_not_matter,
    the_same_seeds_give_the_same_choices,
    what_is_drawn_is_drawn_from_the_vector,
)

__all__ = [
    "HISTORY_LAWS",
    "LEARNER_LAWS",
    "Case",
    "LawBroken",
    "Make",
    "Opened",
    "a_correction_is_learnt_from",
    "a_correction_unlearns",
    "an_id_is_used_once_for_ever",
    "choosing_changes_nothing",
    "folding_what_is_read_gives_the_live_state",
    "live",
    "memory_is_bounded",
    "nobody_looks_into_the_future",
    "positions_have_no_gap",
    "probabilities_sum_to_one_over_what_is_allowed",
    "propensities_are_chances",
    "replay_equals_live",
    "the_order_of_the_attributes_does_not_matter",
    "the_same_seeds_give_the_same_choices",
    "what_is_drawn_is_drawn_from_the_vector",
    "what_is_durable_is_read_as_it_was_appended",
]
