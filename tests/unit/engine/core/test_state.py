"""State is a fold over history, and a response is learnt at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.engine.core.world import DAY, HOUR, World, compiled, document, offer

from tradewind.engine.core.events import EventHandled, WindowsClosed
from tradewind.engine.core.offers import canonical
from tradewind.engine.core.state import (
    Ahead,
    OutOfOrder,
    State,
    UnknownDecision,
    apply,
    model_digest,
    state_digest,
)

ONE = 1_000_000


def test_an_accepted_offer_is_learnt_at_once() -> None:
    world = World(document(offer("a")))
    before = world.look().shown[0].shown.propensity
    world.answer(world.ask(), "a", "accepted")
    assert world.learnt("a") == (1, 1, ONE)
    assert world.look().shown[0].shown.propensity > before


def test_each_offer_and_profile_learns_for_itself() -> None:
    profiles = [{"id": "z", "rule": "customer.is_student"}, {"id": "a", "rule": "!customer.is_student"}]
    world = World(document(offer("o2", profiles=profiles), offer("o1", profiles=profiles), placement={"limit": 2}))
    for _ in range(3):
        world.answer(world.ask(attributes={"customer.is_student": False}), "o2", "accepted")
    propensities = {
        (proposal.shown.offer, proposal.shown.profile): proposal.shown.propensity
        for student in (True, False)
        for proposal in world.look(attributes={"customer.is_student": student}).shown
    }
    assert world.learnt("o2", "a") == (3, 3, 3 * ONE)
    assert max(propensities, key=propensities.__getitem__) == ("o2", "a")
    assert len(set(propensities.values())) == 2


def test_a_rejected_offer_is_learnt_at_once() -> None:
    world = World(document(offer("a")))
    before = world.look().shown[0].shown.propensity
    world.answer(world.ask(), "a", "rejected")
    assert world.learnt("a") == (1, 0, 0)
    assert world.look().shown[0].shown.propensity < before


def test_an_unanswered_presentation_counts_nothing_until_its_window_closes() -> None:
    world = World(document(offer("a")))
    world.ask()
    world.now += 72 * HOUR - 1
    world.close()
    assert world.learnt("a") == (0, 0, 0)
    world.now += 1
    world.close()
    assert world.learnt("a") == (1, 0, 0)


def test_a_window_that_is_closed_twice_counts_once() -> None:
    world = World(document(offer("a")))
    world.ask()
    world.now += 73 * HOUR
    world.close()
    world.close()
    assert world.learnt("a") == (1, 0, 0)


def test_a_skip_is_not_a_reject() -> None:
    world = World(document(offer("a")))
    world.answer(world.ask(), "a", "skipped")
    world.now += 100 * HOUR
    world.close()
    assert world.learnt("a") == (0, 0, 0)


def test_staged_outcomes_add_up_to_one_at_most() -> None:
    world = World(document(offer("a")))
    token = world.ask()
    world.answer(token, "a", "interested")
    assert world.learnt("a") == (1, 0, ONE // 4)
    world.answer(token, "a", "accepted")
    assert world.learnt("a") == (1, 1, ONE)


def test_a_staged_outcome_counts_once_however_often_it_comes() -> None:
    world = World(document(offer("a")))
    token = world.ask()
    world.answer(token, "a", "interested")
    world.answer(token, "a", "interested")
    assert world.learnt("a") == (1, 0, ONE // 4)


def test_a_correction_unlearns_every_earlier_outcome() -> None:
    world = World(document(offer("a")))
    token = world.ask()
    world.answer(token, "a", "interested")
    world.answer(token, "a", "accepted")
    world.answer(token, "a", "rejected", correction=True)
    assert world.learnt("a") == (1, 0, 0)
    world.answer(token, "a", "skipped", correction=True)
    assert world.learnt("a") == (0, 0, 0)


def test_a_correction_leaves_the_model_as_if_only_it_had_come() -> None:
    corrected, straight = World(document(offer("a"))), World(document(offer("a")))
    token = corrected.ask()
    corrected.answer(token, "a", "accepted")
    corrected.answer(token, "a", "rejected", correction=True)
    straight.answer(straight.ask(), "a", "rejected")
    assert model_digest(corrected.state) == model_digest(straight.state)


def test_an_answer_given_in_time_and_delivered_late_replaces_the_ignored_one() -> None:
    world = World(document(offer("a")))
    token, asked = world.ask(), world.now
    world.now += 80 * HOUR
    world.close()
    world.answer(token, "a", "accepted", answered_at=asked + HOUR)
    assert world.learnt("a") == (1, 1, ONE)


def test_a_decision_is_forgotten_in_the_end_and_its_counts_stay() -> None:
    world = World(document(offer("a")))
    token = world.ask()
    for _ in range(2):
        world.now += 40 * DAY
        world.close()
    assert len(world.state.open) == 0
    assert world.learnt("a") == (1, 0, 0)
    verdict = world.answer(token, "a", "accepted", answered_at=world.now)
    assert getattr(verdict, "code", None) == "unknown_decision"


def test_a_proposal_that_was_never_presented_is_not_learnt() -> None:
    world = World(document(offer("a"), offer("b")))
    token = world.ask(presents=False)
    world.answer(token, "a", "presented")
    world.now += 100 * HOUR
    world.close()
    assert world.learnt("a") == (1, 0, 0)
    assert world.learnt("b") == (0, 0, 0)


def test_an_answer_presents_a_proposal() -> None:
    world = World(document(offer("a")))
    world.answer(world.ask(presents=False), "a", "accepted")
    assert world.learnt("a") == (1, 1, ONE)


def test_what_was_learnt_outlives_a_publication() -> None:
    world = World(document(offer("a")))
    world.answer(world.ask(), "a", "accepted")
    world.publish(document(offer("b"), number=2))
    world.publish(document(offer("a"), number=3))
    assert world.learnt("a") == (1, 1, ONE)
    assert world.state.publications[3].position == world.state.position


def test_a_decision_keeps_the_outcomes_of_its_publication() -> None:
    world = World(document(offer("a")))
    token = world.ask()
    world.publish(document(offer("a"), number=2, outcomes=[{"name": "bought", "reward": 1.0}]))
    world.answer(token, "a", "accepted")
    assert world.learnt("a") == (1, 1, ONE)


def test_a_gap_or_a_repetition_stops_the_fold() -> None:
    world = World(document(offer("a")))
    late = WindowsClosed(id="w", up_to=0, at=0)
    for position in (0, 1, 3):
        with pytest.raises(OutOfOrder):
            apply(world.state, position, late)


def test_a_response_to_nothing_stops_the_fold() -> None:
    world = World(document(offer("a")))
    world.answer(world.ask(), "a", "accepted")
    damaged = World(document(offer("a")))
    with pytest.raises(UnknownDecision):
        apply(damaged.state, 2, world.facts[-1])


def test_an_event_of_a_publication_that_is_not_in_force_stops_the_fold() -> None:
    world = World(document(offer("a")))
    world.ask()
    other = World(document(offer("a"), number=2))
    with pytest.raises(UnknownDecision, match="publication 1"):
        apply(other.state, 2, world.facts[-1])


def test_history_time_never_runs_backwards() -> None:
    world = World(document(offer("a")))
    apply(world.state, 2, WindowsClosed(id="w", up_to=0, at=world.now - 5))
    assert world.state.at == world.now


def test_the_model_digest_knows_counts_only_and_the_state_digest_everything() -> None:
    world = World(document(offer("a")))
    models, states = [model_digest(world.state)], [state_digest(world.state)]
    token = world.ask()
    models.append(model_digest(world.state))
    states.append(state_digest(world.state))
    world.answer(token, "a", "accepted")
    models.append(model_digest(world.state))
    states.append(state_digest(world.state))
    assert models[0] == models[1] != models[2]
    assert len(set(states)) == 3


def test_the_model_does_not_see_who_the_customer_was() -> None:
    """Erasing changes what the vault can open, never what the fold has read."""
    named, nameless = World(document(offer("a"))), World(document(offer("a")))
    for world, subject in ((named, "s-1"), (nameless, "s-2")):
        world.answer(world.ask(subject), "a", "accepted")
    assert model_digest(named.state) == model_digest(nameless.state)
    assert not any(b"tenure" in fact.sealed for fact in named.facts if isinstance(fact, EventHandled))


SCRIPT = """
from tests.unit.engine.core.world import HOUR, World, document, offer
from tradewind.engine.core.state import model_digest, state_digest
world = World(document(*(offer(f"o{n}", group=f"g{n % 3}", reoffer_after_days=n % 2) for n in range(9))))
for n in range(40):
    token = world.ask(f"s{n % 11}", {"customer.tenure_months": n}, session=f"c{n % 7}")
    for place, shown in enumerate(world.shown(token)[:2]):
        world.answer(token, shown, ("accepted", "rejected", "interested")[(n + place) % 3])
    world.now += 5 * HOUR
    world.close()
print(model_digest(world.state), state_digest(world.state))
"""


def test_digests_do_not_depend_on_the_hash_seed() -> None:
    root = Path(__file__).parents[4]
    paths = f"{root}:{root / 'src'}"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": paths, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, threads in (("0", "1"), ("1", "2"), ("4242", "1"))
    }
    assert len(outputs) == 1
    assert len(outputs.pop().split()) == 2


def test_an_empty_state_has_a_digest() -> None:
    assert state_digest(State.empty()) != model_digest(State.empty())


def test_a_response_is_learnt_by_the_leaf_that_decided() -> None:
    world = World(document(offer("a")))
    for row, name in enumerate(("customer.segment", "customer.tenure_months")):
        world.state.leaves.split(row, name, 0b1)
    token = world.ask(attributes={"customer.segment": "home", "customer.tenure_months": 500})
    world.answer(token, "a", "accepted")
    assert world.state.leaves.shown[:5].tolist() == [1, 1, 0, 0, 1]


def test_what_was_compiled_ahead_is_used_for_its_own_document_only() -> None:
    first, second = document(offer("a")), document(offer("a"), offer("b"), number=2)
    world, plain = World(), World()
    for content in (first, second):
        plain.publish(content)
    ahead = Ahead(canonical(first), compiled(first))
    world.publish(first, ahead)
    assert world.state.publication is ahead.publication
    world.publish(second, ahead)
    assert world.state.publication is not ahead.publication
    assert state_digest(world.state) == state_digest(plain.state)
    assert [one.id for one in world.look().compiled.offers] == ["a", "b"]
