"""The marketer's publication reaches a real engine, whole or not at all, once, whatever happens in between."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.engine_room import EngineRoom
from tests.workspace import Workspace

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions import operations, queries
from tradewind.crm.decisions.document import build, offers_of
from tradewind.crm.decisions.engine import EngineUnavailable, the_engine
from tradewind.crm.decisions.models import Publication, PublishedOffer
from tradewind.crm.marketing.models import Offer


def test_a_preview_says_what_is_new_and_that_the_engine_would_take_it(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    workspace.released("O-1", now=now)
    preview = operations.preview()
    assert (preview.number, preview.running, preview.faults, preview.trouble) == (1, None, [], "")
    assert preview.may_be_published
    assert [change.code for change in preview.changes if change.thing == "offer"] == ["O-1"]


def test_publishing_puts_the_document_into_the_engine_and_remembers_it(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    workspace.released("O-1", now=now)
    publication = operations.publish(actor=workspace.cast.hannah, now=now)
    in_engine = the_engine().current()
    assert in_engine is not None
    assert (
        (in_engine["number"], in_engine["digest"])
        == (1, publication.digest)
        == (publication.number, in_engine["digest"])
    )
    assert publication.document == {name: value for name, value in in_engine.items() if name != "digest"}
    assert (publication.published_by, publication.published_at) == (workspace.cast.hannah, now)
    assert publication.position
    assert [str(row) for row in publication.offers.all()] == ["O-1 v1"]
    assert Activity.objects.filter(verb="publication.published", actor=workspace.cast.hannah).count() == 1
    assert queries.engine_health().publication == 1


def test_however_often_it_was_published_one_row_is_read_for_each_offer(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    offer = workspace.released("O-1", now=now)
    withdrawn = workspace.released("O-2", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    withdrawn.pause(actor=workspace.cast.hannah, now=now)
    for value in (11, 12):
        offer.value = Decimal(value)
        offer.save()
        operations.publish(actor=workspace.cast.hannah, now=now)
    assert PublishedOffer.objects.count() == 4
    assert sorted(map(str, PublishedOffer.objects.latest_of_each())) == ["O-1 v3", "O-2 v1"]
    offer.value = Decimal(13)
    offer.save()
    with CaptureQueriesContext(connection) as asked:
        assert {one["id"]: one["version"] for one in offers_of(operations.preview().document)} == {"O-1": 4}
    assert sum("decisions_publishedoffer" in query["sql"] for query in asked.captured_queries) == 1


def test_the_next_publication_tells_what_changed_and_raises_the_version(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    offer = workspace.released("O-1", now=now)
    workspace.released("O-2", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    offer.value = Decimal("12.5")
    offer.save()
    with translation.override("en"):
        assert [(change.code, str(change)) for change in operations.preview().changes] == [
            ("O-1", "Value from 10 to 12.5")
        ]
    second = operations.publish(actor=workspace.cast.hannah, now=now)
    assert second.number == 2
    assert [str(row) for row in PublishedOffer.objects.filter(publication=second)] == ["O-1 v2", "O-2 v1"]
    assert [row["field"] for row in second.changes] == ["value"]


def test_publishing_without_a_change_returns_the_running_one(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    workspace.released("O-1", now=now)
    first = operations.publish(actor=workspace.cast.hannah, now=now)
    assert operations.publish(actor=workspace.cast.hannah, now=now) == first
    assert not operations.preview().may_be_published


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        ({"eligibility": "customer.tenure_month >= 3"}, ("eligibility", "", "")),
        ({"eligibility": "customer.tenure_months >="}, ("eligibility", "", "")),
        ({"profile": 'customer.segment == "home" &&'}, ("rule", "profiles", "everyone")),
        ({"pitch": "{{ machine.colour }}?"}, ("pitch", "treatments", "call-center-en")),
    ],
)
def test_the_engines_refusal_comes_back_to_the_offers_field(
    workspace: Workspace,
    engine_room: EngineRoom,
    now: datetime,
    spoil: dict[str, Any],
    found: tuple[str, str, str],
) -> None:
    workspace.released("O-1", now=now)
    offer = workspace.released("O-2", now=now)
    Offer.objects.filter(pk=offer.pk).update(**{name: value for name, value in spoil.items() if name == "eligibility"})
    if "profile" in spoil:
        offer.profiles.update(rule=spoil["profile"])
    if "pitch" in spoil:
        offer.treatments.filter(language="en").update(pitch=spoil["pitch"])
    (fault,) = operations.preview().faults
    assert (fault.offer, fault.field, fault.part, fault.part_code) == ("O-2", *found)
    assert fault.line == 1 or not spoil.keys() & {"eligibility", "profile"}
    with pytest.raises(operations.PublishRefused) as refused:
        operations.publish(actor=workspace.cast.hannah, now=now)
    assert refused.value.faults == (fault,)
    assert not Publication.objects.exists()
    assert the_engine().current() is None


def test_a_publication_that_was_cut_off_before_its_row_is_adopted_by_the_next_try(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    workspace.released("O-1", now=now)
    the_engine().publish(build(number=1, versions={}))
    publication = operations.publish(actor=workspace.cast.hannah, now=now)
    assert (publication.number, publication.published_by) == (1, workspace.cast.hannah)
    assert Publication.objects.count() == 1
    assert [str(row) for row in publication.offers.all()] == ["O-1 v1"]


def test_what_the_engine_runs_ahead_of_us_is_adopted_and_the_next_number_follows_it(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    offer = workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    workspace.released("O-2", now=now)
    the_engine().publish(build(number=5, versions={}))
    offer.value = Decimal(99)
    offer.save()
    publication = operations.publish(actor=workspace.cast.claire, now=now)
    assert publication.number == 6
    assert list(Publication.objects.order_by("number").values_list("number", "published_by__name")) == [
        (1, "Hannah Lindqvist"),
        (5, None),
        (6, "Claire Okafor"),
    ]


def test_two_people_at_once_publish_once_each_or_are_told(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    offer = workspace.released("O-1", now=now)

    class Slow:
        """The engine as Hannah sees it while Claire publishes between her look and her call."""

        def __init__(self) -> None:
            self.engine = the_engine()

        def current(self) -> Any:
            return self.engine.current()

        def publish(self, document: dict[str, Any]) -> Any:
            Offer.objects.filter(pk=offer.pk).update(value=Decimal(77))
            operations.publish(actor=workspace.cast.claire, now=now)
            return self.engine.publish(document)

    with translation.override("en"), pytest.raises(operations.PublishRefused, match="Somebody else published"):
        operations.publish(actor=workspace.cast.hannah, now=now, engine=Slow())  # type: ignore[arg-type]  # a fake with the two calls that publishing makes
    assert [publication.published_by for publication in Publication.objects.all()] == [workspace.cast.claire]


def test_without_an_engine_nothing_is_published_and_the_preview_says_so(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    workspace.released("O-1", now=now)
    engine_room.stop()
    assert operations.preview().trouble
    assert not operations.preview().may_be_published
    with pytest.raises(EngineUnavailable):
        operations.publish(actor=workspace.cast.hannah, now=now)
    assert not Publication.objects.exists()
    assert not queries.engine_health().is_up


def test_a_rule_is_checked_over_the_toolkit_as_it_stands(workspace: Workspace, engine_room: EngineRoom) -> None:
    assert list(queries.check_rule('customer.tenure_months >= 12 && call.reason == "battery"')) == []
    (fault,) = queries.check_rule("customer.tenure_months >= 12 &&\n  customer.colour == 3")
    assert (fault.line, fault.column) == (2, 3)
