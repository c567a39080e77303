"""Who sees what was published, decided and answered; Rex sees nothing."""

from datetime import datetime

import pytest
from tests.cast import Cast
from tests.workspace import Workspace

from tradewind.crm.access import may, scope
from tradewind.crm.decisions.models import (
    Answer,
    DecidedOffer,
    Decision,
    Estimate,
    Gate,
    Outbox,
    Publication,
    PublishedOffer,
    Stop,
)
from tradewind.crm.decisions.operations import set_gate
from tradewind.crm.identity.models import User

MODELS = (Publication, PublishedOffer, Stop, Decision, DecidedOffer, Answer, Outbox)


@pytest.fixture
def world(workspace: Workspace, now: datetime) -> Cast:
    """One publication; one decision, offer, answer and letter of Daniel's, and the same of Ines's."""
    cast = workspace.cast
    offer = workspace.released("O-1", now=now)
    publication = Publication.objects.create(
        number=1, document={}, digest="d", offers_count=1, published_at=now, published_by=cast.hannah
    )
    PublishedOffer.objects.create(publication=publication, offer=offer, version=1, digest="d")
    Stop.objects.create(offer=offer, started_at=now, started_by=cast.hannah)
    for agent in (cast.daniel, cast.ines):
        decision = Decision.objects.create(
            engine_id=f"d-{agent.pk}", customer=cast.maya, agent=agent, event="call-started", session="s",
            channel="call-center", language="en", mode="learned", asked_at=now, elapsed_ms=1.0,
        )  # fmt: skip
        decided = DecidedOffer.objects.create(
            decision=decision, rank=1, offer=offer, treatment="call-center-en", propensity=0.2,
            selection_probability=0.5, value=1.0,
        )  # fmt: skip
        answer = Answer.objects.create(
            decided_offer=decided,
            outcome=workspace.outcomes["accepted"],
            final=True,
            answered_by=agent,
            answered_at=now,
        )
        Outbox.objects.create(answer=answer, payload={}, created_at=now, next_attempt_at=now)
    return cast


def seen(user: User) -> dict[str, int]:
    return {model.__name__: scope(user, model).count() for model in MODELS}


def test_partners_see_nothing(world: Cast) -> None:
    for person in (world.rex, world.petra, world.paul):
        assert set(seen(person).values()) == {0}


def test_an_agent_sees_own_decisions_only(world: Cast) -> None:
    assert seen(world.daniel) == {
        "Publication": 1, "PublishedOffer": 1, "Stop": 1, "Decision": 1, "DecidedOffer": 1, "Answer": 1, "Outbox": 1,
    }  # fmt: skip
    assert scope(world.daniel, Decision).get().agent == world.daniel


def test_managers_and_marketing_see_all(world: Cast) -> None:
    for person in (world.ines, world.hannah, world.claire, world.farah, world.adam):
        assert seen(person)["Decision"] == seen(person)["Answer"] == 2


def test_only_marketing_and_administrators_may_publish_and_stop(world: Cast) -> None:
    for action in ("publication.publish", "offer.stop"):
        assert {name for name, person in world.everybody().items() if may(person, action)} == {"hannah", "adam"}


def test_estimates_and_the_gate_are_for_those_who_may_publish(world: Cast, now: datetime) -> None:
    set_gate(mode="hold", margin=0.01, actor=world.adam, now=now)
    Estimate.objects.create(
        against=Publication.objects.get(), draft_digest="d", margin=0.01, asked_by=world.hannah, asked_at=now,
        engine_id="w-1",
    )  # fmt: skip
    for user in world.everybody().values():
        expected = int(may(user, "publication.publish"))
        assert [scope(user, model).count() for model in (Estimate, Gate)] == [expected, expected], user
    assert {name for name, user in world.everybody().items() if may(user, "gate.set")} == {"adam"}
